import { maskEmail, type User } from '../accounts/index.ts';
import { type Clock, epochSeconds } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import { type MailedCodes, shownCode, tidyCode } from '../verifiers/index.ts';
import type { MailTo } from './mail-to.ts';
import { refused, type SignInMethod } from './method.ts';

export interface EmailCodeNeeds {
  findByEmail: (
    email: string,
  ) => Promise<{ user: Pick<User, 'id' | 'email' | 'emailVerified' | 'nothingBefore'> } | undefined>;
  /** The mailbox was read: whoever wrote the address down, it is proven now. */
  markEmailVerified: (userId: string) => Promise<unknown>;
  codes: MailedCodes;
  mail: MailTo;
  clock: Clock;
}

/** Having read a mailbox: the mail provider's word for it, so its kind is `assertion`. */
export function mailboxEvidence(clock: Clock): Evidence {
  return { by: 'email-code', kinds: ['assertion'], amr: ['otp'], phishingResistant: false, at: epochSeconds(clock) };
}

/** A six-digit code to the mailbox. For an address nobody has, all the same happens but the mail. */
export function emailCodeMethod({ findByEmail, markEmailVerified, codes, mail, clock }: EmailCodeNeeds): SignInMethod {
  return {
    name: 'email-code',
    choosable: true,
    guessesAt: ({ identifier }, { code }) => (code ? identifier : undefined),
    sendsTo: ({ identifier }, form) => (form ? undefined : identifier),
    offered: (client) => client.methods.includes('email-code'),

    async begin(context) {
      const { identifier = '', signInId } = context;
      const found = await findByEmail(identifier);
      const sent = await codes.send('sign_in', signInId, mail('sign_in_code', found?.user.email, context));
      return {
        view: 'sign-in/email-code',
        show: shownCode(maskEmail(identifier), sent),
        remember: { codeId: sent.id, userId: found?.user.id, nothingBefore: found?.user.nothingBefore },
      };
    },

    async complete({ identifier = '' }, { code = '' }, { codeId, userId, nothingBefore }) {
      if (code.trim() === '') return refused('code', 'required');
      const verdict = await codes.check('sign_in', String(codeId), tidyCode(code));
      if (!verdict.ok) return refused('code', verdict.reason);
      // Nobody knows the code of an address that has no user; should one be guessed, it opens nothing.
      if (typeof userId !== 'string') return refused('code', 'code_wrong');
      // The mailbox may be theirs no more, and everybody may have been locked out, since it was sent.
      const found = await findByEmail(identifier);
      if (found?.user.id !== userId || found.user.nothingBefore !== nothingBefore)
        return refused('code', 'code_expired');
      if (!found.user.emailVerified) await markEmailVerified(userId);
      return { ok: true, userId, evidence: [mailboxEvidence(clock)] };
    },
  };
}
