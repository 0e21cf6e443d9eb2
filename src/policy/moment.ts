/** `2026-05-29T14:30Z` (RFC 3339, always in UTC): seconds since the epoch; undefined when it is something else. */
export function readMoment(text: string): number | undefined {
  const [, ...parts] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?Z$/.exec(text) ?? [];
  const [year, month, day, hour, minute, second = 0] = parts.map((part) => (part === undefined ? 0 : Number(part)));
  if (year === undefined || !month || !day || hour === undefined || minute === undefined) return undefined;
  if (month > 12 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  return ((daysBefore(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second;
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function daysOf(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from the epoch to the first of a month (Gregorian calendar). */
function daysBefore(year: number, month: number): number {
  const years = year - 1;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  let days = years * 365 + leapDays - 719_162;
  for (let earlier = 1; earlier < month; earlier++) days += daysOf(year, earlier);
  return days;
}
