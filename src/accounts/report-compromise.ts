import type { Recorder } from '../audit/index.ts';
import type { Store } from '../store/index.ts';
import { lockOut } from './disown-change.ts';
import type { ChangeOrigin } from './enroll-authenticator.ts';
import type { SignOut } from './sign-out.ts';

/**
 * "This was not me", said of something in one's own activity: everybody is locked out as by the link in a mail, and the
 * administrators hear of it. False when there is no such event of this user's.
 */
export type ReportCompromise = (userId: string, eventId: string, origin: ChangeOrigin) => Promise<boolean>;

/** @param administrators their addresses */
export type TellOfReport = (
  userId: string,
  administrators: readonly string[],
  origin: ChangeOrigin,
  within: Store,
) => Promise<void>;

export interface ReportCompromiseNeeds {
  store: Store;
  signOut: SignOut;
  recorder: Recorder;
  tell: TellOfReport;
  /** The group whose members administer. */
  administrators: () => string;
}

/** More of them than would ever be looked to. */
const MOST = 20;

export function createReportCompromise(needs: ReportCompromiseNeeds): ReportCompromise {
  const { store, signOut, recorder, tell, administrators } = needs;
  return (userId, eventId, origin) =>
    store.tx(async (within) => {
      if (!(await within.auditEvents.isAbout(userId, eventId))) return false;
      await lockOut(userId, { within, signOut });
      const { client, ip } = origin;
      const data = { event: eventId };
      await recorder.within(within, { type: 'user.compromise_reported', userId, clientId: client.id, ip, data });
      const told = await within.groupMembers.list(administrators(), { limit: MOST });
      await tell(
        userId,
        told.flatMap(({ email }) => email ?? []),
        origin,
        within,
      );
      return true;
    });
}
