import type { Recorder } from '../audit/index.ts';
import type { Store } from '../store/index.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';
import type { LockOut } from './lock-out.ts';

/**
 * "This was not me", said of something in one's own activity: everybody is locked out as by the link in a mail. False
 * when there is no such event of this user's, or the session has ended.
 */
export type ReportCompromise = (
  userId: string,
  said: { eventId: string; sessionUid: string },
  origin: ChangeOrigin,
) => Promise<boolean>;

export interface ReportCompromiseNeeds {
  store: Pick<Store, 'tx'>;
  lockOut: LockOut;
  recorder: Recorder;
}

export function createReportCompromise({ store, lockOut, recorder }: ReportCompromiseNeeds): ReportCompromise {
  return (userId, { eventId, sessionUid }, origin) =>
    store.tx(async (within) => {
      // Said twice at once, it is said once.
      await within.users.lock(userId);
      if (!(await within.sessions.state(sessionUid))?.alive) return false;
      if (!(await within.auditEvents.isAbout(userId, eventId))) return false;
      await lockOut(userId, origin, within);
      const data = { event: eventId };
      await recorder.within(within, { ...changeOf(userId, origin), type: 'user.compromise_reported', data });
      return true;
    });
}
