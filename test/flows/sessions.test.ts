// needs: postgres redis
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import * as jose from 'jose';
import { arrived, browserFor, CLIENTS, quotesApp, register, signedUp, signIn, somebody } from '../support/people.ts';
import type { Browser, RelyingParty } from '../support/rp.ts';
import { onEverySetUp, startBacking, startServer } from '../support/server.ts';

/** What the app is told when nothing may be shown. */
async function silently(
  rp: RelyingParty,
  browser: Browser,
  parameters: Record<string, string> = {},
): Promise<string | null> {
  const journey = await rp.start({ prompt: 'none', ...parameters });
  return arrived(await browser.get(journey.url)).searchParams.get('error');
}

async function signOut(rp: RelyingParty, browser: Browser, idToken: string) {
  const url = rp.logoutUrl({
    id_token_hint: idToken,
    post_logout_redirect_uri: 'http://auto.test/signed-out',
    state: 'bye',
  });
  return browser.submit(await browser.get(url), {}, 'logout=yes');
}

onEverySetUp(CLIENTS, {
  'who is signed in is let into the next app without a question, and keeps the time of signing in': async (server) => {
    const { rp, browser, tokens } = await signedUp(server);
    const journey = await rp.start();
    const again = await journey.finish(arrived(await browser.get(journey.url)));
    assert.equal(again.claims()?.sub, tokens.claims()?.sub);
    assert.equal(again.claims()?.auth_time, tokens.claims()?.auth_time);
    assert.deepEqual(again.claims()?.amr, tokens.claims()?.amr);
  },

  'prompt=none tells the app what is missing and shows nothing (OpenID Connect Core 3.1.2.6)': async (server) => {
    const { rp, browser } = await signedUp(server);
    assert.equal(await silently(rp, browser), null);
    assert.equal(await silently(rp, browserFor(server.issuer)), 'login_required');
    assert.equal(await silently(await quotesApp(server.issuer), browser), 'consent_required');
    assert.equal(await silently(rp, browser, { max_age: '0' }), 'login_required');
  },

  'an acr that nobody here can reach ends with that error, with and without a page': async (server) => {
    const { rp, browser } = await signedUp(server);
    const insisting = (value: string) => JSON.stringify({ id_token: { acr: { essential: true, value } } });
    assert.equal(await silently(rp, browser, { claims: insisting('phr') }), 'interaction_required', 'a key would do');
    const claims = insisting('urn:elsewhere:gold');
    assert.equal(await silently(rp, browser, { claims }), 'unmet_authentication_requirements');
    assert.equal(await silently(rp, browser, { claims, acr_values: 'aal1' }), 'unmet_authentication_requirements');
    const journey = await rp.start({ claims });
    const answer = await browser.get(journey.url);
    assert.equal(arrived(answer).searchParams.get('error'), 'unmet_authentication_requirements');
  },

  'consent is asked once, remembered in every browser, and asked again for more': async (server) => {
    const { browser, person } = await signedUp(server);
    const quotes = await quotesApp(server.issuer, 'openid email');
    const journey = await quotes.start();
    const page = await browser.get(journey.url);
    assert.match(page.page.text, /Quick Quotes/);
    const tokens = await journey.finish(arrived(await browser.submit(page, {}, 'Allow')));
    assert.equal(tokens.claims()?.email, person.email);
    assert.equal(await silently(quotes, browser), null);
    const elsewhere = browserFor(server.issuer);
    assert.ok((await signIn(quotes, elsewhere, person)).access_token);
    assert.equal(await silently(quotes, elsewhere, { scope: 'openid email profile' }), 'consent_required');
  },

  'a refused consent is told to the app, and nothing is remembered': async (server) => {
    const { browser } = await signedUp(server);
    const quotes = await quotesApp(server.issuer);
    const journey = await quotes.start();
    const answer = await browser.submit(await browser.get(journey.url), {}, 'Don’t allow');
    assert.equal(arrived(answer).searchParams.get('error'), 'access_denied');
    assert.equal(await silently(quotes, browser), 'consent_required');
  },

  'signing out ends the session and its tokens; what was granted for offline use lives on': async (server) => {
    const { rp, browser, tokens } = await signedUp(server, 'openid email');
    const offline = await rp.start({ scope: 'openid offline_access' });
    const offlineBrowser = browserFor(server.issuer);
    const person = somebody();
    await register(server, rp, offlineBrowser, person);
    const kept = await offline.finish(arrived(await offlineBrowser.get(offline.url)));

    const done = await signOut(rp, browser, String(tokens.id_token));
    assert.equal(arrived(done).href, 'http://auto.test/signed-out?state=bye');
    assert.equal(await silently(rp, browser), 'login_required');
    await assert.rejects(rp.userInfo(tokens.access_token));

    await signOut(rp, offlineBrowser, String(kept.id_token));
    assert.equal(await silently(rp, offlineBrowser), 'login_required');
    assert.ok((await rp.refresh(String(kept.refresh_token))).access_token);
  },

  'without an answer to the question nobody is signed out': async (server) => {
    const { rp, browser, tokens } = await signedUp(server);
    await browser.get(rp.logoutUrl({ id_token_hint: String(tokens.id_token) }));
    assert.equal(await silently(rp, browser), null);
  },
});

test('back-channel logout reaches every app of the session, once each, also after the app was down', async (t) => {
  const notices: string[] = [];
  let down = true;
  const app = createServer(async (request, response) => {
    if (down) {
      down = false;
      response.writeHead(503).end();
      return;
    }
    notices.push(new URLSearchParams(await text(request)).get('logout_token') ?? '');
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  t.after(() => app.close());
  const { port } = app.address() as AddressInfo;

  const file = CLIENTS.replace(
    'first_party: true',
    `first_party: true\n    backchannel_logout_uri: http://127.0.0.1:${port}/logout`,
  );
  const backing = await startBacking('postgres + redis');
  t.after(backing.close);
  const server = await startServer({ backing, file, env: { OUTBOUND_ALLOW: `127.0.0.1:${port}` } });
  t.after(server.stop);

  const { rp, browser, tokens } = await signedUp(server);
  await signOut(rp, browser, String(tokens.id_token));
  for (const end = Date.now() + 10_000; notices.length === 0 && Date.now() < end; )
    await new Promise((r) => setTimeout(r, 50));
  const keys = jose.createRemoteJWKSet(new URL(`${server.issuer}/jwks`));
  const { payload, protectedHeader } = await jose.jwtVerify(String(notices[0]), keys, {
    issuer: server.issuer,
    audience: 'auto',
  });
  assert.equal(protectedHeader.typ, 'logout+jwt');
  assert.equal(payload.sub, tokens.claims()?.sub);
  assert.equal(payload.sid, tokens.claims()?.sid);
  assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
  assert.equal(payload.nonce, undefined);
  assert.equal(notices.length, 1);
});
