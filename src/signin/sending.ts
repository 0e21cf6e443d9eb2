import { AppError, digestText } from '../base/index.ts';
import type { Ephemeral } from '../store/index.ts';
import type { Limits } from './limits.ts';
import type { Visit } from './step.ts';

/**
 * What stands before every message that a sign-in sends: too many for one address, or a robot that asks. It stands before
 * every new account as well, since there is none without a mailed code.
 */
export interface Sending {
  before(address: string, visit: Visit): Promise<MaySend>;
  /** The same where there may be no page to say it on. @throws AppError `too_many_tries`, 429, with the seconds to wait */
  beforeAsking(address: string, what: string, visit: Visit): Promise<MaySend>;
  /** Whether the next message from here needs a bot check, so that its page carries one at once. It counts nothing. */
  needsCheck(visit: Visit): Promise<boolean>;
}

/** `error` is a language key. `check`: the page has to carry a bot check. */
export interface NotSent {
  ok: false;
  error: 'too_many_tries' | 'bot_check_required' | 'unavailable';
  check: boolean;
  retryAfter?: number;
}

export type MaySend = { ok: true } | NotSent;

/** As the operator has set it. */
export interface BotCheckTimes {
  provider: string;
  when: 'raised' | 'always';
  /** From one network, before the next one is a raised risk. */
  messages_per_hour: number;
}

export interface SendingNeeds {
  limits: Pick<Limits, 'beforeSending'>;
  ephemeral: Pick<Ephemeral, 'count' | 'get' | 'put'>;
  settings: () => BotCheckTimes;
  /** Of one answer, whoever brings it how often, one passes. */
  verify: (answer: string, about: { signInId: string; ip: string }) => Promise<'passed' | 'refused' | 'unavailable'>;
  /** What else is known of the visit. */
  riskRaised?: (visit: Visit) => boolean;
}

const HOUR = 3600;

export function createSending({ limits, ephemeral, settings, verify, riskRaised }: SendingNeeds): Sending {
  const raisedKey = (network: string) => `bot-check:raised:${network}`;

  /** Undefined where counting decides. */
  function isCertain(visit: Visit): boolean | undefined {
    const { provider, when } = settings();
    if (provider === 'off') return false;
    return when === 'always' || riskRaised?.(visit) === true || undefined;
  }

  async function counted({ network }: Visit): Promise<boolean> {
    const free = settings().messages_per_hour;
    const asked = await ephemeral.count(`bot-check:asked:${network}`, HOUR);
    if (asked === free) await ephemeral.put({ key: raisedKey(network), value: true, ttl: HOUR });
    return asked > free;
  }

  async function check(visit: Visit): Promise<MaySend> {
    const needed = isCertain(visit) ?? (await counted(visit));
    if (!needed) return { ok: true };
    const { botCheck, uid, ip } = visit;
    const verdict = botCheck === '' ? 'refused' : await verify(botCheck, { signInId: digestText(uid), ip });
    if (verdict === 'passed') return { ok: true };
    return { ok: false, error: verdict === 'unavailable' ? verdict : 'bot_check_required', check: true };
  }

  async function before(address: string, visit: Visit): Promise<MaySend> {
    const checked = await check(visit);
    if (!checked.ok) return checked;
    const passed = await limits.beforeSending(address);
    return passed.ok ? passed : { ok: false, error: 'too_many_tries', check: false, retryAfter: passed.retryAfter };
  }

  return {
    before,
    async beforeAsking(address, what, visit) {
      const sending = await before(address, visit);
      if (sending.ok || sending.check) return sending;
      const { retryAfter = HOUR } = sending;
      throw new AppError('too_many_tries', 429, `too many messages for ${what}`, { retryAfter });
    },
    needsCheck: async (visit) => isCertain(visit) ?? (await ephemeral.get(raisedKey(visit.network))) !== undefined,
  };
}
