import { ACCOUNT_CLIENT, type ClientResource, clientSchema } from './clients.ts';

/** The client that the account pages are. Nobody registers from it: people come to an account that they have. */
export function accountClient(issuer: string): ClientResource {
  return clientSchema.parse({
    client_id: ACCOUNT_CLIENT,
    first_party: true,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    redirect_uris: [`${issuer}/account/return`],
    scope: 'openid',
    registration: false,
  });
}
