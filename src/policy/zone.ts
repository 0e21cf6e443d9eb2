/** What day and time it is in a place. */
export interface Zone {
  name: string;
  /** @param at seconds since the epoch @returns such as `fri 14:05` @throws RangeError when it is too far away */
  read: (at: number) => string;
}

/** @returns undefined when there is no time zone of this name (IANA, such as `Europe/Berlin`) */
export function makeZone(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    const [weekday, hour, minute] = ['short', '2-digit', '2-digit'] as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, weekday, hour, minute, hourCycle: 'h23' });
  } catch {
    return undefined;
  }
  // Many policies ask for the same moment, and telling it is the dearest thing an evaluation does.
  let last: { at: number; says: string } | undefined;
  const read = (at: number) => {
    if (last?.at !== at) last = { at, says: format.format(at * 1000).toLowerCase() };
    return last.says;
  };
  return { name, read };
}
