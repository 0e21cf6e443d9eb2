import type { Recorder } from '../audit/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Store, User } from '../store/index.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';
import { holdUser } from './hold-user.ts';
import { isSecondFactor } from './ways-in.ts';

/** What a factor found worth keeping when its enrolment was confirmed. */
export interface ConfirmedAuthenticator {
  id: string;
  name?: string;
  data?: JsonObject;
  sealed?: string;
  credentialId?: string;
  counter?: number;
  /** Of recovery codes: keyed MACs, never the codes. These replace all that the user had. */
  recoveryCodeMacs?: readonly string[];
}

/**
 * Keeps a new authenticator: the row, the record of it, the word to its owner and the end of every trust in browsers are
 * one transaction. Answers false when the credential is somebody's already, or the user is gone.
 */
export type EnrollAuthenticator = (
  user: User,
  factor: string,
  authenticator: ConfirmedAuthenticator,
  origin: ChangeOrigin,
) => Promise<boolean>;

/** Tells the owner that something they sign in with was added or removed: `what` is a factor's name, or a provider's. */
export type TellOfChange = (
  user: User,
  change: 'factor_added' | 'factor_removed' | 'identity_linked' | 'identity_unlinked' | 'password_removed',
  changed: { id: string; what: string },
  origin: ChangeOrigin,
  within: Store,
) => Promise<void>;

export interface EnrollAuthenticatorNeeds {
  store: Pick<Store, 'tx'>;
  recorder: Recorder;
  tell: TellOfChange;
}

export function createEnrollAuthenticator(needs: EnrollAuthenticatorNeeds): EnrollAuthenticator {
  const { store, recorder, tell } = needs;
  return (user, factor, { recoveryCodeMacs, ...authenticator }, origin) =>
    store.tx(async (within) => {
      await holdUser(within, user);
      if (recoveryCodeMacs) {
        const before = await within.authenticators.listFor(user.id);
        for (const old of before.filter((one) => one.factor === factor)) {
          await within.authenticators.remove(user.id, old.id);
        }
      }
      if (!(await within.authenticators.add({ ...authenticator, userId: user.id, factor }))) return false;
      if (recoveryCodeMacs) await within.recoveryCodes.add(authenticator.id, recoveryCodeMacs);
      // What a browser was trusted for was another set of keys.
      await within.trustedDevices.forgetAll(user.id);
      const data = { factor, authenticator: authenticator.id };
      await recorder.within(within, { ...changeOf(user.id, origin), type: 'factor.enrolled', data });
      const id = recoveryCodeMacs ? await madeWith(within, user.id, authenticator.id) : authenticator.id;
      await tell(user, 'factor_added', { id, what: factor }, origin, within);
      return true;
    });
}

/** Seconds within which recovery codes belong to the factor they were offered with. */
const ONE_SITTING = 3600;

/** Whoever disowns recovery codes means the only factor that they were made with, too: its id. */
async function madeWith(within: Store, userId: string, codesId: string): Promise<string> {
  const all = await within.authenticators.listFor(userId);
  const codes = all.find(({ id }) => id === codesId);
  const [only, ...more] = all.filter(isSecondFactor);
  const together = codes && only && more.length === 0 && codes.createdAt - only.createdAt <= ONE_SITTING;
  return together ? only.id : codesId;
}
