import type { Recorder } from '../audit/index.ts';
import type { EpochSeconds } from '../base/index.ts';
import type { RecoveryWait, Store, User } from '../store/index.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';

/**
 * The way back for somebody who lost every second factor and has no recovery code: they wait, and everybody who can be
 * reached in their name hears of it and can say no. Whoever has stolen a password has to wait in the open.
 */
export interface WaitForRecovery {
  find(userId: string): Promise<RecoveryWait | undefined>;
  /** Whoever waits already goes on waiting. */
  start(user: User, days: number, origin: ChangeOrigin): Promise<void>;
  /** The time has come: true once. */
  use(userId: string, origin: ChangeOrigin): Promise<boolean>;
}

/** Everybody who can be reached in somebody's name. */
export interface Known {
  addresses: readonly string[];
  /** E.164 */
  numbers: readonly string[];
}

/** @param told.seconds for which "no" can be said */
export type TellOfRecovery = (
  user: User,
  told: Known & { readyAt: EpochSeconds; seconds: number },
  origin: ChangeOrigin,
  within: Store,
) => Promise<void>;

export interface WaitForRecoveryNeeds {
  store: Store;
  recorder: Recorder;
  tell: TellOfRecovery;
}

const DAY = 24 * 3600;
/** Seconds for which it is good, once the time has come. */
const GOOD = 3 * DAY;

export function createWaitForRecovery({ store, recorder, tell }: WaitForRecoveryNeeds): WaitForRecovery {
  return {
    find: store.recoveryWaits.find,

    start: (user, days, origin) =>
      store.tx(async (within) => {
        if (!(await within.recoveryWaits.start(user.id, { wait: days * DAY, good: GOOD }))) return;
        const { readyAt = 0 } = (await within.recoveryWaits.find(user.id)) ?? {};
        const data = { ready: readyAt };
        await recorder.within(within, { ...changeOf(user.id, origin), type: 'recovery.requested', data });
        await tell(user, { ...(await knownOf(user, within)), readyAt, seconds: days * DAY + GOOD }, origin, within);
      }),

    use: (userId, origin) =>
      store.tx(async (within) => {
        if (!(await within.recoveryWaits.use(userId))) return false;
        await recorder.within(within, { ...changeOf(userId, origin), type: 'recovery.used', data: {} });
        return true;
      }),
  };
}

/** Mailboxes and numbers of now, of a few days ago, of accounts elsewhere and of factors. Nothing is texted to a number nobody has proven. */
async function knownOf({ id, email, phone, phoneVerified }: User, within: Store): Promise<Known> {
  const [before, identities, authenticators] = [
    await within.contactChanges.listFor(id),
    await within.identities.listFor(id),
    await within.authenticators.listFor(id),
  ];
  const addresses = [
    email,
    ...before.filter(({ kind }) => kind === 'email').map(({ old }) => old),
    ...identities.map((identity) => identity.email),
  ];
  const numbers = [
    phoneVerified ? phone : undefined,
    ...before.filter(({ kind, oldVerified }) => kind === 'phone' && oldVerified).map(({ old }) => old),
    ...authenticators.map(({ data }) => (typeof data.phone === 'string' ? data.phone : undefined)),
  ];
  return { addresses: distinct(addresses), numbers: distinct(numbers) };
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((one) => one !== undefined))];
}
