import { type Address, isIn, parseRange, type Range } from '../address.ts';
import { complain, type Place, readList, readText } from '../place.ts';
import { leaf, type PolicyTest } from './test.ts';

/** Where the request came from: names of the operator's networks, ranges of addresses, or the word `trusted`. */
export const network: PolicyTest = {
  name: 'network',
  parse(place, value) {
    const parts = readList(place, value, readPart);
    const ranges = parts.flatMap(({ range }) => range ?? []);
    const names = new Set(parts.flatMap(({ text, range }) => (range ? [] : [text])));
    const trusted = names.delete('trusted');
    return leaf({
      test: 'network',
      expected: parts.map(({ text }) => text),
      several: true,
      read: (facts) => facts.network,
      matches(actual, { address }) {
        // Of the parts that are asked for, one that holds settles it; else none may be unknown.
        const answers = [
          trusted ? (actual.trusted ?? undefined) : false,
          names.size > 0 ? actual.names?.some((name) => names.has(name)) : false,
          ranges.length > 0 ? isInAny(ranges, address) : false,
        ];
        if (answers.includes(true)) return true;
        return answers.includes(undefined) ? undefined : false;
      },
    });
  },
};

function readPart(place: Place, item: unknown): { text: string; range?: Range } | undefined {
  const text = readText(place, item);
  // Names have letters and neither slash nor colon, so a mistyped address is never taken for a name.
  if (text === undefined || !/[/:]|^[\d.]+$/.test(text)) return text === undefined ? undefined : { text };
  const range = parseRange(text);
  return range
    ? { text, range }
    : complain(place, 'must be the name of a network, or addresses such as 203.0.113.0/24.');
}

function isInAny(ranges: readonly Range[], address: Address | undefined): boolean | undefined {
  return address && ranges.some((range) => isIn(range, address));
}
