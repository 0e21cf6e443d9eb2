import { AppError, digest, digestText } from '../base/index.ts';
import type { AttemptSchedule, Ephemeral, Store } from '../store/index.ts';

export interface Limits {
  /** Everything one address (or IPv6 /64) may do in a minute. @throws AppError `too_many_tries`, 429. */
  throttle(network: string): Promise<void>;
  /** Before a guess at an account's secret; whether it was wrong is counted in advance. */
  beforeGuess(guess: Guess): Promise<Passed>;
  /** The guess was right. */
  rightGuess(guess: Guess): Promise<void>;
  /** Before something is sent to an address, whether or not anybody has it. */
  beforeSending(address: string): Promise<Passed>;
}

/** Seconds to wait, where it did not pass. */
export type Passed = { ok: true } | { ok: false; retryAfter: number };

/** At a secret of whoever has an address, or at a factor of somebody known. */
export type Guess = ({ method: string; address: string } | { factor: string; userId: string }) & {
  /** The cookie of a browser that somebody has signed in with before, if it is one. */
  device: string | undefined;
};

export interface LimitSettings {
  /** Requests a minute from one address. */
  requests_per_minute: number;
  /** Messages in a quarter of an hour to one address. */
  messages_per_quarter_hour: number;
}

const WINDOW = 60;
const SENDING_WINDOW = 900;

/** Five tries are free; then the next waits 2, 4, 8 … seconds, at most a quarter of an hour (SP 800-63B-4 section 3.2.2). */
export const guessSchedule: AttemptSchedule = { free: 5, first: 2, factor: 2, max: 900, forget: 86_400 };

export function createLimits({
  store,
  ephemeral,
  settings,
}: {
  store: Pick<Store, 'attempts' | 'devices' | 'trustedDevices'>;
  ephemeral: Pick<Ephemeral, 'count'>;
  /** As the operator has set them at this moment. */
  settings: () => LimitSettings;
}): Limits {
  /**
   * A browser of the owner's has a counter of its own: what a stranger guesses never locks them out there. For a password that
   * is one they have signed in with before; for a factor one in which they have proven a factor and trust it since: with a
   * stolen password anybody can make any number of browsers known.
   */
  async function keyOf(guess: Guess): Promise<string> {
    const { device } = guess;
    const account = accountKey(guess);
    if (device === undefined) return account;
    const owned =
      'userId' in guess
        ? (await store.trustedDevices.trustedSince(guess.userId, digest(device))) !== undefined
        : await store.devices.knownByEmail(guess.address, digest(device));
    return owned ? `${account}:${digestText(device)}` : account;
  }

  return {
    async throttle(network) {
      if ((await ephemeral.count(`throttle:${network}`, WINDOW)) <= settings().requests_per_minute) return;
      throw new AppError('too_many_tries', 429, `too many requests from ${network}`, { retryAfter: WINDOW });
    },
    async beforeGuess(guess) {
      return store.attempts.reserve(await keyOf(guess), guessSchedule);
    },
    async rightGuess(guess) {
      await store.attempts.clear(await keyOf(guess));
    },
    async beforeSending(address) {
      const sent = await ephemeral.count(`sends:${digestText(address.toLowerCase())}`, SENDING_WINDOW);
      return sent <= settings().messages_per_quarter_hour ? { ok: true } : { ok: false, retryAfter: SENDING_WINDOW };
    },
  };
}

function accountKey(guess: Guess): string {
  if ('userId' in guess) return `factor:${guess.factor}:${guess.userId}`;
  return `${guess.method}:${digestText(guess.address.toLowerCase())}`;
}
