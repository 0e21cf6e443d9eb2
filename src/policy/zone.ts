/** What day and time it is in a place. */
export interface Zone {
  name: string;
  /** @param at seconds since the epoch @returns such as `{ day: 'fri', time: '14:05' }` */
  read: (at: number) => { day: string; time: string };
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
  let last: { at: number; says: { day: string; time: string } } | undefined;
  const read = (at: number) => {
    if (last?.at !== at) {
      const [day = '', time = ''] = format.format(at * 1000).split(' ');
      last = { at, says: { day: day.toLowerCase(), time } };
    }
    return last.says;
  };
  return { name, read };
}
