import type { Recorder } from '../audit/index.ts';
import type { Store } from '../store/index.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';

/**
 * Takes back what somebody allowed an app: its grants end with every token under them, and it has to ask anew. Answers
 * false when there was nothing to take back.
 */
export type WithdrawAccess = (userId: string, clientId: string, origin: ChangeOrigin) => Promise<boolean>;

export interface WithdrawAccessNeeds {
  store: Pick<Store, 'tx'>;
  recorder: Recorder;
}

export function createWithdrawAccess({ store, recorder }: WithdrawAccessNeeds): WithdrawAccess {
  return (userId, clientId, origin) =>
    store.tx(async (within) => {
      const ended = await within.grants.revokeFor(userId, clientId);
      const forgotten = await within.consents.remove(userId, clientId);
      if (ended === 0 && !forgotten) return false;
      await recorder.within(within, { ...changeOf(userId, origin), type: 'consent.revoked', clientId, data: {} });
      return true;
    });
}
