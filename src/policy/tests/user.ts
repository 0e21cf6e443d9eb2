import { readList, readText } from '../place.ts';
import { leaf, type PolicyTest } from './test.ts';

/** Single people, by id or by e-mail address (in any case). */
export const user: PolicyTest = {
  name: 'user',
  parse(place, value) {
    const expected = readList(place, value, readText);
    const addresses = new Set(expected.filter((one) => one.includes('@')).map((one) => one.toLowerCase()));
    const ids = new Set(expected);
    return leaf({
      test: 'user',
      expected,
      // An id and an address may be the same person's.
      several: true,
      read: ({ user: { id, email } }) => (id === undefined ? undefined : { id, ...(email !== undefined && { email }) }),
      matches({ id, email }) {
        if (ids.has(id)) return true;
        if (addresses.size === 0) return false;
        return email === undefined ? undefined : addresses.has(email.toLowerCase());
      },
    });
  },
};
