const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds after each failed try. Quick at first, because somebody may be waiting for a code; about a day in all. */
const DELAYS: readonly number[] = [
  ...[1, 5, 30, 2 * MINUTE, 10 * MINUTE],
  ...[HOUR, 3 * HOUR, 4 * HOUR, 5 * HOUR, 5 * HOUR, 5 * HOUR],
];

/** @param tries so far, from 1. @returns seconds until the next try, or undefined when twelve were enough. */
export function retryDelay(tries: number): number | undefined {
  return DELAYS[tries - 1];
}
