/**
 * A device without a keyboard: the person approves it on a phone or computer (RFC 8628).
 *
 *     node examples/device-client.ts ISSUER CLIENT_ID
 */
import * as client from 'openid-client';
import { discoverProvider } from './provider.ts';

const [issuer, clientId] = process.argv.slice(2);
if (issuer === undefined || clientId === undefined) {
  console.error('Usage: node examples/device-client.ts ISSUER CLIENT_ID');
  process.exit(64);
}

const config = await discoverProvider({ issuer, clientId, clientSecret: process.env.CLIENT_SECRET });
const started = await client.initiateDeviceAuthorization(config, { scope: 'openid profile email' });
console.log(`Open ${started.verification_uri} on another device and enter this code:\n\n  ${started.user_code}\n`);
if (started.verification_uri_complete) console.log(`Or open this directly: ${started.verification_uri_complete}`);
console.log(`Waiting (${Math.round(started.expires_in / 60)} minutes at most) …`);

try {
  const tokens = await client.pollDeviceAuthorizationGrant(config, started);
  console.log('Signed in. The ID token says:');
  console.log(JSON.stringify(tokens.claims(), null, 2));
} catch (error) {
  const code = error instanceof client.ResponseBodyError ? error.error : undefined;
  console.error(
    code === 'access_denied' ? 'It was refused.' : code === 'expired_token' ? 'The code has expired.' : error,
  );
  process.exitCode = 1;
}
