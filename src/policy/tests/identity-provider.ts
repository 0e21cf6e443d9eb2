import { oneOf } from './test.ts';

/** The upstream provider that vouched for the person, by its id. Who is known to have come without one came by none. */
export const identityProvider = oneOf({ name: 'identity_provider', read: (facts) => facts.identityProvider });
