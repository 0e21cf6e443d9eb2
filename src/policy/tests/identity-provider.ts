import { oneOf } from './test.ts';

/** The upstream provider, by its id. Who is known to have come in another way came through none. */
export const identityProvider = oneOf({
  name: 'identity_provider',
  read: ({ identityProvider, method }) =>
    identityProvider ?? (method === undefined || method === 'federated' ? undefined : null),
});
