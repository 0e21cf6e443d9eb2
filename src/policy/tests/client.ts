import { oneOf } from './test.ts';

/** The app, by its `client_id`. */
export const client = oneOf({ name: 'client', read: (facts) => facts.client.id });
