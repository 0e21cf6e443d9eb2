import type { Recorder } from '../audit/index.ts';
import { newId } from '../base/index.ts';
import type { RecoveryWait, Store, User } from '../store/index.ts';
import type { DisownChange } from './disown-change.ts';
import type { ChangeOrigin } from './enroll-authenticator.ts';

/**
 * The way back for somebody who lost every second factor and has no recovery code: they wait, and everybody who can be
 * reached in their name hears of it and can say no. Whoever has stolen a password has to wait in the open.
 */
export interface WaitForRecovery {
  find(userId: string): Promise<RecoveryWait | undefined>;
  /** False when they wait already. */
  start(user: User, days: number, origin: ChangeOrigin): Promise<boolean>;
  /** The time has come: true once. */
  use(userId: string, origin: ChangeOrigin): Promise<boolean>;
}

/** @param told.addresses every mailbox that was ever said to be theirs. @param told.link says no */
export type TellOfRecovery = (
  user: User,
  told: { addresses: readonly string[]; readyAt: number; link: string },
  origin: ChangeOrigin,
  within: Store,
) => Promise<void>;

export interface WaitForRecoveryNeeds {
  store: Store;
  recorder: Recorder;
  newLink: DisownChange['newLink'];
  tell: TellOfRecovery;
}

const DAY = 24 * 3600;
/** Seconds for which it is good, once the time has come. */
const GOOD = 3 * DAY;

export function createWaitForRecovery({ store, recorder, newLink, tell }: WaitForRecoveryNeeds): WaitForRecovery {
  return {
    find: store.recoveryWaits.find,

    start: (user, days, origin) =>
      store.tx(async (within) => {
        if (!(await within.recoveryWaits.start(user.id, { wait: days * DAY, good: GOOD }))) return false;
        const { readyAt = 0 } = (await within.recoveryWaits.find(user.id)) ?? {};
        const { client, ip } = origin;
        const data = { ready: readyAt };
        await recorder.within(within, { type: 'recovery.requested', userId: user.id, clientId: client.id, ip, data });
        const elsewhere = (await within.identities.listFor(user.id)).flatMap(({ email }) => email ?? []);
        const addresses = [...new Set([...(user.email === undefined ? [] : [user.email]), ...elsewhere])];
        const link = await newLink(user.id, newId(), days * DAY + GOOD, within);
        await tell(user, { addresses, readyAt, link }, origin, within);
        return true;
      }),

    use: (userId, { client, ip }) =>
      store.tx(async (within) => {
        if (!(await within.recoveryWaits.use(userId))) return false;
        await recorder.within(within, { type: 'recovery.used', userId, clientId: client.id, ip, data: {} });
        return true;
      }),
  };
}
