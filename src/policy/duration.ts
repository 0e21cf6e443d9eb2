import { complain, type Place } from './place.ts';

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
const WORDS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** `30s`, `15m`, `12h`, `30d`: seconds. */
export function readDuration(place: Place, value: unknown): number | undefined {
  return durationSeconds(value) ?? complain(place, 'must be a duration such as 30s, 15m, 12h or 30d.');
}

/** The same for words outside policies; undefined for what is no duration. */
export function durationSeconds(value: unknown): number | undefined {
  const [, count = '', unit = ''] = (typeof value === 'string' && /^([1-9]\d{0,5})([smhd])$/.exec(value)) || [];
  return Number(count) * (SECONDS[unit] ?? 0) || undefined;
}

/** Seconds in the largest unit that fits: `15 minutes`. */
export function sayDuration(seconds: number): string {
  const [size, word] = WORDS.find(([unit]) => seconds % unit === 0 && seconds >= unit) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
