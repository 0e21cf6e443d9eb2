// needs: postgres redis
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { arrived, CLIENTS, FIRST_PARTY, MACHINE_SECRET, oauthError, quotesApp, signedUp } from '../support/people.ts';
import { createRelyingParty } from '../support/rp.ts';
import { onEverySetUp } from '../support/server.ts';

onEverySetUp(CLIENTS, {
  'userinfo tells the claims of the granted scopes and no others': async (server) => {
    const { rp, person, tokens } = await signedUp(server, 'openid email');
    const info = await rp.userInfo(tokens.access_token);
    assert.deepEqual(Object.keys(info).sort(), ['email', 'email_verified', 'sub']);
    assert.equal(info.email, person.email);
  },

  'a claim asked for by the claims parameter is told without its scope (OpenID Connect Core 5.5)': async (server) => {
    const { rp, browser } = await signedUp(server);
    const journey = await rp.start({
      scope: 'openid',
      claims: JSON.stringify({ id_token: { email: { essential: true } } }),
    });
    const tokens = await journey.finish(arrived(await browser.get(journey.url)));
    assert.ok(tokens.claims()?.email);
  },

  'a refresh token rotates, and using the old one again ends the family (RFC 9700 4.14.2)': async (server) => {
    const { rp, tokens } = await signedUp(server);
    const first = String(tokens.refresh_token);
    const second = await rp.refresh(first);
    assert.notEqual(second.refresh_token, first);
    await assert.rejects(rp.refresh(first), oauthError('invalid_grant'));
    await assert.rejects(rp.refresh(String(second.refresh_token)), oauthError('invalid_grant'));
    await assert.rejects(rp.userInfo(second.access_token));
  },

  'a code works once; presented again, what it gave is dead (RFC 6749 4.1.2)': async (server) => {
    const { rp, browser } = await signedUp(server);
    const journey = await rp.start();
    const callback = arrived(await browser.get(journey.url));
    const tokens = await journey.finish(callback);
    await rp.userInfo(tokens.access_token);
    await assert.rejects(journey.finish(callback), oauthError('invalid_grant'));
    await assert.rejects(rp.userInfo(tokens.access_token));
  },

  'a code is worth nothing without its PKCE verifier (RFC 7636 4.6)': async (server) => {
    const { rp, browser } = await signedUp(server);
    const journey = await rp.start();
    const callback = arrived(await browser.get(journey.url));
    const body = {
      grant_type: 'authorization_code',
      client_id: 'auto',
      redirect_uri: FIRST_PARTY,
      code: callback.searchParams.get('code') ?? '',
    };
    const stolen = await fetch(`${server.issuer}/token`, { method: 'POST', body: new URLSearchParams(body) });
    assert.equal(stolen.status, 400);
    assert.ok((await journey.finish(callback)).access_token);
  },

  'a client introspects its own tokens, an API those made for it, and nobody else any (RFC 7662 4)': async (server) => {
    const { browser } = await signedUp(server);
    const rp = await quotesApp(server.issuer);
    const journey = await rp.start();
    const tokens = await journey.finish(arrived(await browser.submit(await browser.get(journey.url), {}, 'Allow')));
    assert.equal((await rp.introspect(tokens.access_token)).active, true);
    const machine = await createRelyingParty({
      issuer: server.issuer,
      clientId: 'machine',
      redirectUri: '',
      authentication: client.ClientSecretPost(MACHINE_SECRET),
    });
    assert.deepEqual(await machine.introspect(tokens.access_token), { active: false });
  },

  'a revoked refresh token takes everything under its grant along (RFC 7009 2.1)': async (server) => {
    const { rp, tokens } = await signedUp(server);
    await rp.revoke(String(tokens.refresh_token));
    await assert.rejects(rp.refresh(String(tokens.refresh_token)), oauthError('invalid_grant'));
    await assert.rejects(rp.userInfo(tokens.access_token));
  },
});
