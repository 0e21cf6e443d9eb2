import { someOf } from './test.ts';

/** A group that the person belongs to. */
export const group = someOf({ name: 'group', read: (facts) => facts.user.groups });
