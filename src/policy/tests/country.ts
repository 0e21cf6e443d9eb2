import { complain } from '../place.ts';
import { oneOf } from './test.ts';

/** Where the address is, as ISO 3166-1 alpha-2. */
export const country = oneOf({
  name: 'country',
  mayBeUnknown: 'the country of an address cannot always be told',
  read: (facts) => facts.country,
  normal: (word) => word.toUpperCase(),
  check: (place, word) =>
    /^[a-z]{2}$/i.test(word) ? word : complain(place, 'must be the two letters of a country (ISO 3166-1), such as DE.'),
});
