import { someOf } from './test.ts';

/** Authentication context classes that the app asked for (OpenID Connect Core section 3.1.2.1), insisting or not. */
export const requestedAcr = someOf({ name: 'requested_acr', read: (facts) => facts.requestedAcr });
