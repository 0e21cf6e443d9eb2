import { someOf } from './test.ts';

/** A tag that the operator gave to the app. */
export const clientTag = someOf({ name: 'client_tag', read: (facts) => facts.client.tags });
