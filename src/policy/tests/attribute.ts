import { list, number } from '../facts.ts';
import { complain, inside, type Place, readList } from '../place.ts';
import { type Leaf, leaf, type PolicyTest } from './test.ts';

type Value = string | number | boolean;

/**
 * Attributes of the person by name: `{ plan: [gold, silver], vip: true }`, all of which must hold. An attribute with
 * several values has any of them. One that the person does not have is not known.
 */
export const attribute: PolicyTest = {
  name: 'attribute',
  mayBeUnknown: 'not everybody has every attribute',
  parse(place, value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
      return complain(place, 'must be a map of attribute names to values, such as { plan: [gold, silver] }.');
    }
    const of = Object.entries(value).map(([name, values]) => parseOne(inside(place, name), name, values));
    return of.length === 1 ? of[0] : { join: 'all', of };
  },
};

function parseOne(place: Place, name: string, values: unknown): Leaf {
  const expected = readList(place, values, (at, item) => {
    return readValue(item) ?? complain(at, 'must be text, a number, true or false.');
  });
  return leaf({
    test: `attribute.${name}`,
    expected,
    several: true,
    read: ({ user }) => readValues(user.attribute(name)),
    matches: (actual) => actual.some((one) => expected.includes(one)),
  });
}

function readValues(value: unknown): Value[] | undefined {
  const values = (list(value) ?? [value]).map(readValue);
  return values.every((one) => one !== undefined) ? values : undefined;
}

function readValue(value: unknown): Value | undefined {
  return typeof value === 'string' || typeof value === 'boolean' ? value : number(value);
}
