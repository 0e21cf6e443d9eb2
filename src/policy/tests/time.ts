import { complain, inside, type Place, readList, readMap, readText, readWord, unknownWord } from '../place.ts';
import { makeZone, type Zone } from '../zone.ts';
import { type Leaf, leaf, type PolicyTest } from './test.ts';

const DAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * Days and hours in a zone: `{ days: [mon, tue], from: '08:00', to: '18:00', zone: Europe/Berlin }`, or a list of such.
 * `to` is the first minute outside. Hours that cross midnight belong to the day on which they begin.
 */
export const time: PolicyTest = {
  name: 'time',
  parse(place, value) {
    const of = readList(place, value, parseWindow);
    return of.length === 1 ? of[0] : { join: 'any', of };
  },
};

function parseWindow(place: Place, value: unknown): Leaf | undefined {
  const map = readMap(place, value, ['days', 'from', 'to', 'zone']);
  if (!map) return undefined;
  if ((map.from === undefined) !== (map.to === undefined))
    return complain(place, 'needs both from and to, or neither.');
  if (map.days === undefined && map.from === undefined) return complain(place, 'needs days, or from and to.');
  const days = map.days === undefined ? DAYS : readList(inside(place, 'days'), map.days, readDay);
  const from = readTime(inside(place, 'from'), map.from ?? '00:00');
  const to = readTime(inside(place, 'to'), map.to ?? '24:00');
  const zone = readZone(inside(place, 'zone'), map.zone);
  if (from === undefined || to === undefined || zone === undefined) return undefined;
  if (from === to) return complain(place, 'begins and ends at the same time; leave out from and to for whole days.');

  const on = new Set(days);
  return leaf({
    test: 'time',
    expected: { days, from, to, zone: zone.name },
    several: true,
    read: ({ at }) => (at === undefined ? undefined : zone.read(at)),
    matches(actual) {
      const [day, now] = [actual.slice(0, 3), actual.slice(4)];
      if (from < to) return on.has(day) && now >= from && now < to;
      return (on.has(day) && now >= from) || (on.has(dayBefore(day)) && now < to);
    },
  });
}

const readDay = (place: Place, value: unknown) => readWord(place, value, 'day', DAYS);

function dayBefore(day: string): string {
  return DAYS.at(DAYS.indexOf(day) - 1) ?? day;
}

/** Times of the same length compare as text. */
function readTime(place: Place, value: unknown): string | undefined {
  const isTime = typeof value === 'string' && /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(value);
  return isTime ? value : complain(place, "must be a time of day such as '08:30'.");
}

function readZone(place: Place, value: unknown): Zone | undefined {
  const name = readText(place, value);
  if (name === undefined) return undefined;
  const made = place.zones.get(name) ?? makeZone(name);
  if (!made) return unknownWord(place, 'time zone', name, Intl.supportedValuesOf('timeZone'));
  place.zones.set(name, made);
  return made;
}
