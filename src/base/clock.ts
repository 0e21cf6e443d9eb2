/** Now, in milliseconds since the epoch. Passed in wherever time decides something, so that tests can own it. */
export type Clock = () => number;

/** Seconds since the epoch, as in JWT (RFC 7519 section 2, NumericDate). */
export type EpochSeconds = number;

export const systemClock: Clock = () => Date.now();

export function epochSeconds(clock: Clock): EpochSeconds {
  return Math.floor(clock() / 1000);
}
