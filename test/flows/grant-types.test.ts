// needs: postgres redis
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { arrived, CLIENTS, FIRST_PARTY, MACHINE_SECRET, oauthError, signedUp } from '../support/people.ts';
import { createRelyingParty } from '../support/rp.ts';
import { onEverySetUp } from '../support/server.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'sign',
  'verify',
]);
const publicJwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'app', alg: 'ES256', use: 'sig' };

const FILE = CLIENTS.replace(
  'apis:',
  `  - client_id: assertive
    token_endpoint_auth_method: private_key_jwt
    token_endpoint_auth_signing_alg: ES256
    jwks: { keys: [${JSON.stringify(publicJwk)}] }
    redirect_uris: [http://assertive.test/callback]
    first_party: true
  - client_id: elderly
    token_endpoint_auth_method: none
    id_token_signed_response_alg: RS256
    redirect_uris: [http://elderly.test/callback]
    first_party: true
  - client_id: television
    client_name: Television
    token_endpoint_auth_method: none
    grant_types: [${DEVICE}, refresh_token]
    redirect_uris: []
  - client_id: bank
    client_name: Bank
    profile: fapi2
    first_party: true
    token_endpoint_auth_method: private_key_jwt
    token_endpoint_auth_signing_alg: ES256
    jwks: { keys: [${JSON.stringify(publicJwk)}] }
    redirect_uris: [https://bank.test/callback]
apis:`,
);

onEverySetUp(FILE, {
  'client credentials give an opaque token, and a JWT for an API that asks for one (RFC 9068)': async (server) => {
    const machine = await createRelyingParty({
      issuer: server.issuer,
      clientId: 'machine',
      redirectUri: '',
      authentication: client.ClientSecretPost(MACHINE_SECRET),
    });
    const opaque = await client.clientCredentialsGrant(machine.config);
    assert.equal((await machine.introspect(opaque.access_token)).active, true);
    const forApi = await client.clientCredentialsGrant(machine.config, { resource: 'https://api.test', scope: 'read' });
    const [header = '', payload = ''] = forApi.access_token
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    assert.equal(JSON.parse(header).typ, 'at+jwt');
    assert.equal(JSON.parse(header).alg, 'ES256');
    assert.equal(JSON.parse(payload).aud, 'https://api.test');
    assert.equal(JSON.parse(payload).scope, 'read');
    await assert.rejects(
      client.clientCredentialsGrant(machine.config, { resource: 'https://elsewhere.test' }),
      oauthError('invalid_target'),
    );
  },

  'an access token for an API carries how and when the person signed in (RFC 9470 6.1)': async (server) => {
    const { rp, browser } = await signedUp(server);
    const journey = await rp.start({ resource: 'https://api.test', scope: 'openid read' });
    const callback = arrived(await browser.get(journey.url));
    const tokens = await journey.finish(callback, { resource: 'https://api.test' });
    const payload = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(payload.aud, 'https://api.test');
    assert.equal(payload.acr, 'aal1');
    assert.equal(payload.auth_time, tokens.claims()?.auth_time);
  },

  'a pushed request works once, and its address alone is enough (RFC 9126)': async (server) => {
    const { rp, browser } = await signedUp(server);
    const journey = await rp.push();
    assert.ok(journey.url.searchParams.get('request_uri'));
    assert.ok((await journey.finish(arrived(await browser.get(journey.url)))).access_token);
    const again = await browser.get(journey.url);
    assert.equal(again.status, 400);
  },

  'DPoP binds tokens to the key that asked for them (RFC 9449)': async (server) => {
    const dpop = await client.randomDPoPKeyPair();
    const { browser } = await signedUp(server);
    const rp = await createRelyingParty({
      issuer: server.issuer,
      clientId: 'auto',
      redirectUri: FIRST_PARTY,
      scope: 'openid offline_access',
      dpop,
    });
    const journey = await rp.start();
    const tokens = await journey.finish(arrived(await browser.get(journey.url)));
    assert.equal(tokens.token_type, 'dpop');
    await rp.userInfo(tokens.access_token);
    const bearer = await fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(bearer.status, 401);
    const other = await createRelyingParty({
      issuer: server.issuer,
      clientId: 'auto',
      redirectUri: FIRST_PARTY,
      dpop: await client.randomDPoPKeyPair(),
    });
    await assert.rejects(other.refresh(String(tokens.refresh_token)), oauthError('invalid_grant'));
    assert.ok((await rp.refresh(String(tokens.refresh_token))).access_token);
  },

  'private_key_jwt signs a client in; its secretless request is refused (RFC 7523)': async (server) => {
    const { browser } = await signedUp(server);
    const authentication = client.PrivateKeyJwt({ key: privateKey, kid: 'app' });
    const rp = await createRelyingParty({
      issuer: server.issuer,
      clientId: 'assertive',
      redirectUri: 'http://assertive.test/callback',
      authentication,
    });
    const journey = await rp.start();
    const callback = arrived(await browser.get(journey.url));
    const bare = await createRelyingParty({
      issuer: server.issuer,
      clientId: 'assertive',
      redirectUri: 'http://assertive.test/callback',
    });
    const body = {
      grant_type: 'authorization_code',
      client_id: 'assertive',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: bare.redirectUri,
    };
    assert.equal(
      (await fetch(`${server.issuer}/token`, { method: 'POST', body: new URLSearchParams(body) })).status,
      401,
    );
    assert.ok((await journey.finish(callback)).access_token);
  },

  'a signed request cannot be changed on its way through the browser (RFC 9101)': async (server) => {
    const { browser } = await signedUp(server);
    const authentication = client.PrivateKeyJwt({ key: privateKey, kid: 'app' });
    const redirectUri = 'http://assertive.test/callback';
    const rp = await createRelyingParty({ issuer: server.issuer, clientId: 'assertive', redirectUri, authentication });
    const verifier = client.randomPKCECodeVerifier();
    const parameters = {
      redirect_uri: redirectUri,
      scope: 'openid',
      state: 'kept',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    const url = await client.buildAuthorizationUrlWithJAR(rp.config, parameters, { key: privateKey, kid: 'app' });
    const callback = arrived(await browser.get(url));
    assert.equal(callback.searchParams.get('state'), 'kept');
    const tokens = await client.authorizationCodeGrant(rp.config, callback, {
      pkceCodeVerifier: verifier,
      expectedState: 'kept',
    });
    assert.ok(tokens.access_token);

    const request = url.searchParams.get('request') ?? '';
    url.searchParams.set('request', `${request.slice(0, -6)}AAAAAA`);
    assert.equal((await browser.get(url)).location?.searchParams.get('code') ?? null, null);
  },

  'an app that asks for RS256 gets it; all others get ES256': async (server) => {
    const { browser, tokens } = await signedUp(server);
    const rp = await createRelyingParty({
      issuer: server.issuer,
      clientId: 'elderly',
      redirectUri: 'http://elderly.test/callback',
      metadata: { id_token_signed_response_alg: 'RS256' },
    });
    const journey = await rp.start();
    const old = await journey.finish(arrived(await browser.get(journey.url)));
    const alg = (token: unknown) =>
      JSON.parse(Buffer.from(String(token).split('.')[0] ?? '', 'base64url').toString()).alg;
    assert.equal(alg(old.id_token), 'RS256');
    assert.equal(alg(tokens.id_token), 'ES256');
  },

  'the FAPI 2.0 profile takes pushed requests with bound tokens only': async (server) => {
    const { browser } = await signedUp(server);
    const authentication = client.PrivateKeyJwt(
      { key: privateKey, kid: 'app' },
      {
        [client.modifyAssertion]: (_header, payload) => {
          payload.aud = server.issuer;
        },
      },
    );
    const dpop = await client.randomDPoPKeyPair();
    const bank = {
      issuer: server.issuer,
      clientId: 'bank',
      redirectUri: 'https://bank.test/callback',
      authentication,
      scope: 'openid',
    };
    const rp = await createRelyingParty({ ...bank, dpop });
    const plain = await rp.start();
    assert.equal(arrived(await browser.get(plain.url)).searchParams.get('error'), 'invalid_request');
    const journey = await rp.push();
    assert.equal((await journey.finish(arrived(await browser.get(journey.url)))).token_type, 'dpop');
    const unbound = await createRelyingParty(bank);
    const other = await unbound.push();
    const callback = await browser.get(other.url);
    await assert.rejects(other.finish(arrived(callback)));
  },

  'a device is approved on another screen, and told to wait until then (RFC 8628)': async (server) => {
    const { browser } = await signedUp(server);
    const television = await createRelyingParty({ issuer: server.issuer, clientId: 'television', redirectUri: '' });
    const device = await client.initiateDeviceAuthorization(television.config, { scope: 'openid' });
    assert.equal(device.interval, 5);
    const poll = () =>
      fetch(`${server.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: DEVICE, client_id: 'television', device_code: device.device_code }),
      });
    assert.equal(((await (await poll()).json()) as { error: string }).error, 'authorization_pending');
    assert.equal(((await (await poll()).json()) as { error: string }).error, 'slow_down');
    const wrong = await browser.submit(await browser.get(device.verification_uri), { user_code: 'BCDF-GHJK' });
    assert.match(wrong.page.title, /^Error: /);
    const confirm = await browser.submit(await browser.get(device.verification_uri), { user_code: device.user_code });
    assert.ok(confirm.page.text.includes(device.user_code));
    const consent = await browser.submit(confirm);
    const done = await browser.submit(consent, {}, 'Allow');
    assert.equal(done.status, 200);
    await new Promise((resolve) => setTimeout(resolve, 4200));
    const tokens = (await (await poll()).json()) as { access_token?: string };
    assert.ok(tokens.access_token);
  },
});
