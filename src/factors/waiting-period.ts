import { type Authenticator, isSecondFactor, type User } from '../accounts/index.ts';
import { type Clock, epochSeconds } from '../base/index.ts';
import { type Factor, type FactorContext, type FactorPage, refused } from './factor.ts';

export interface WaitingPeriodNeeds {
  /** Days, as the operator has set them; 0 where nobody gets in that way. */
  recoveryDays: () => number;
  waitOf: (userId: string) => Promise<{ readyAt: number; ready: boolean } | undefined>;
  startWait: (user: User, days: number, context: FactorContext) => Promise<void>;
  /** Uses it up: true once. */
  useWait: (userId: string, context: FactorContext) => Promise<boolean>;
  clock: Clock;
}

const WAITING_PERIOD = 'waiting-period';
/**
 * Waiting in the open, for somebody who lost every factor they had: it stands in for one of them once the days are over
 * and nobody who was told has said no.
 */
export function waitingPeriodFactor(needs: WaitingPeriodNeeds): Factor {
  const { recoveryDays, waitOf, startWait, useWait, clock } = needs;

  async function page(userId: string): Promise<FactorPage> {
    const wait = await waitOf(userId);
    const show = wait ? { ready: wait.ready, ready_at: wait.readyAt } : {};
    return { view: 'factors/waiting-period', show: { days: recoveryDays(), ...show }, remember: {} };
  }

  return {
    name: WAITING_PERIOD,
    gives: { kinds: ['possession'], phishingResistant: false },
    afterMethod: true,
    // Nobody waits whom nobody could warn, or who has lost nothing.
    usable: ({ emailVerified }, authenticators: readonly Authenticator[]) =>
      recoveryDays() > 0 && emailVerified && authenticators.some(isSecondFactor),
    sendsTo: () => undefined,
    begin: ({ user }) => page(user.id),

    async complete(context) {
      const { user } = context;
      const wait = await waitOf(user.id);
      if (!wait) {
        await startWait(user, recoveryDays(), context);
        return { ok: 'more', page: await page(user.id) };
      }
      if (!(wait.ready && (await useWait(user.id, context)))) {
        return { ...refused('', 'recovery_waits'), page: await page(user.id) };
      }
      const proof = { by: WAITING_PERIOD, amr: [], phishingResistant: false, at: epochSeconds(clock) };
      return { ok: true, evidence: { ...proof, kinds: ['possession'] } };
    },
  };
}
