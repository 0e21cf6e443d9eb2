import { digest } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import type { SignOut } from './sign-out.ts';

/** What an upstream provider says has ended there: a subject, or one session (Back-Channel Logout 1.0 section 2.4). */
export interface UpstreamEnd {
  provider: string;
  issuer: string;
  subject?: string | undefined;
  sid?: string | undefined;
  /** Names this message; it counts once. */
  jti: string;
  /** Seconds since the epoch: until when it could come again. */
  expiresAt: number;
}

/** Ends the sessions of ours that were begun with what has ended there. @returns how many; none for a message that came before. */
export type UpstreamSignOut = (end: UpstreamEnd) => Promise<number>;

export interface UpstreamSignOutNeeds {
  store: Pick<Store, 'identities' | 'replayIds'>;
  signOut: Pick<SignOut, 'endSession'>;
}

export function createUpstreamSignOut({ store, signOut }: UpstreamSignOutNeeds): UpstreamSignOut {
  return async ({ jti, expiresAt, ...about }) => {
    const name = digest(`upstream-logout:${about.provider}:${about.issuer}:${jti}`).toString('hex');
    if (!(await store.replayIds.claim(name, expiresAt))) return 0;
    const sessions = await store.identities.sessionsFrom(about);
    const ended = await Promise.all(sessions.map(({ uid }) => signOut.endSession(uid, 'upstream')));
    return ended.filter(Boolean).length;
  };
}
