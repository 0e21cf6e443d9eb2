/**
 * A program without a person: gets an access token for itself (RFC 6749 section 4.4).
 *
 *     CLIENT_SECRET=… node examples/machine-client.ts ISSUER CLIENT_ID [SCOPE] [RESOURCE]
 */
import * as client from 'openid-client';
import { discoverProvider } from './provider.ts';

const [issuer, clientId, scope, resource] = process.argv.slice(2);
const clientSecret = process.env.CLIENT_SECRET;
if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
  console.error('Usage: CLIENT_SECRET=… node examples/machine-client.ts ISSUER CLIENT_ID [SCOPE] [RESOURCE]');
  process.exit(64);
}

const config = await discoverProvider({ issuer, clientId, clientSecret });
const tokens = await client.clientCredentialsGrant(config, {
  ...(scope !== undefined && { scope }),
  ...(resource !== undefined && { resource }),
});
console.log(`Token type ${tokens.token_type}, scope ${tokens.scope ?? 'none'}, good for ${tokens.expires_in} s.`);
console.log(`Send it with each request:\n\n  Authorization: Bearer ${tokens.access_token}\n`);
