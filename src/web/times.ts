/** A waiting time in words: seconds below a minute and a half, else whole minutes rounded up. */
export function waitOf(lang: string, seconds: string | number | undefined): string | undefined {
  if (typeof seconds !== 'number') return undefined;
  const [value, unit] =
    seconds < 90 ? [Math.max(1, Math.ceil(seconds)), 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(`${lang}-u-nu-latn`, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** @param seconds from now; negative for what is past */
export function agoIn(lang: string, seconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 60] as const);
  const words = new Intl.RelativeTimeFormat(`${lang}-u-nu-latn`, { numeric: 'auto' });
  // Within the last minute is now.
  return words.format(unit === 'second' ? 0 : Math.trunc(seconds / length), unit);
}

/** @param at seconds since the epoch */
export function momentIn(lang: string, at: number): string {
  return new Intl.DateTimeFormat(`${lang}-u-ca-gregory-nu-latn`, {
    ...({ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const),
  })
    .format(at * 1000)
    .concat(' UTC');
}
