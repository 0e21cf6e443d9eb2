import { oneOf } from './test.ts';

/** How the first factor was done: `password`, `email-code`, `passkey`, `federated`, … */
export const method = oneOf({ name: 'method', read: (facts) => facts.method });
