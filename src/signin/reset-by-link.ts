import type { ResetOrigin, ResetPassword, User } from '../accounts/index.ts';
import type { Limits } from './limits.ts';

export interface ResetByLinkNeeds {
  limits: Pick<Limits, 'throttle' | 'rightGuess'>;
  /** Whom a link is about, without using it up. */
  subjectOf: (id: string, secret: string) => Promise<string | undefined>;
  /** True for the one that used it up. */
  useUp: (id: string, secret: string) => Promise<boolean>;
  findUser: (userId: string) => Promise<User | undefined>;
  checkPassword: (password: string, about: readonly string[]) => Promise<string | undefined>;
  hash: (password: string) => Promise<string>;
  resetPassword: ResetPassword;
}

export type ResetByLinkResult = { ok: true } | { ok: false; field: 'new_password' | ''; error: string };

/**
 * A new password by the mailed link, in whichever browser the mail was read. Nobody is signed in by it: whoever set the
 * password goes back to the app and uses it. @param token `id.secret`
 */
export type ResetByLink = (
  token: string,
  password: string,
  from: Omit<ResetOrigin, 'client'> & { network: string },
) => Promise<ResetByLinkResult>;

export function createResetByLink(needs: ResetByLinkNeeds): ResetByLink {
  return async (token, password, { network, ...origin }) => {
    await needs.limits.throttle(network);
    const [id = '', secret = ''] = token.split('.', 2);
    const userId = await needs.subjectOf(id, secret);
    if (userId === undefined) return { ok: false, field: '', error: 'code_expired' };
    const user = await needs.findUser(userId);
    if (!user) return { ok: false, field: '', error: 'code_expired' };
    // No part of it may be the password.
    const address = user.email ?? '';
    const problem = await needs.checkPassword(password, [address]);
    if (problem) return { ok: false, field: 'new_password', error: problem };
    // Hashing comes before using the link up: when the server is busy, the link still works afterwards.
    const hash = await needs.hash(password);
    if (!(await needs.useUp(id, secret))) return { ok: false, field: '', error: 'code_expired' };
    await needs.resetPassword(user, hash, 'reset', origin);
    // What was guessed, was guessed at the old one: the new password works at once.
    await needs.limits.rightGuess({ method: 'password', address, device: undefined });
    return { ok: true };
  };
}
