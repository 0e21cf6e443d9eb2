// needs: chromium postgres
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { createWindows, fill, leaving, look, submit } from '../support/chromium.ts';
import { waitForMail } from '../support/mailbox.ts';
import { type Person, somebody } from '../support/people.ts';
import { createRelyingParty, type RelyingParty } from '../support/rp.ts';
import { withPolicies } from '../support/second-door.ts';
import { type Backing, type RunningServer, startBacking, startServer } from '../support/server.ts';
import { plugIn } from '../support/virtual-keys.ts';

const client = (id: string, callback: string, methods: string) => `
  - client_id: ${id}
    client_name: Claims
    first_party: true
    token_endpoint_auth_method: none
    redirect_uris: [${callback}]
    methods: [${methods}]`;

function fileFor(callback: string): string {
  const clients = { passwordless: 'passkey, email-code', second: 'password', open: 'password, passkey' };
  const listed = Object.entries(clients).map(([id, methods]) => client(id, callback, methods));
  return withPolicies(`
  - { name: passwordless, mode: enforce, if: { client: [passwordless] }, then: { require: [phishing_resistant] } }
  - { name: second, mode: enforce, if: { client: [second] }, then: { require: [{ authenticator: [webauthn] }] } }
`).replace('clients:', `clients:${listed.join('')}`);
}

describe('passkeys and security keys in a browser', () => {
  const open = createWindows();
  let backing: Backing;
  let server: RunningServer;
  let pool: pg.Pool;
  let callback: string;
  // The app, as far as it matters: a page to come back to.
  const home = createServer((_request, response) => response.end('back at the app'));
  before(async () => {
    await new Promise<void>((resolve) => home.listen(0, 'localhost', resolve));
    callback = `http://localhost:${(home.address() as AddressInfo).port}/callback`;
    backing = await startBacking('postgres');
    server = await startServer({ backing, file: fileFor(callback) });
    pool = new pg.Pool({ connectionString: backing.databaseUrl, max: 1 });
  });
  after(async () => {
    await pool.end();
    await server.stop();
    await backing.close();
    home.close();
  });

  const app = (clientId: string): Promise<RelyingParty> =>
    createRelyingParty({ issuer: server.issuer, clientId, redirectUri: callback, scope: 'openid' });

  /** Opens an app's sign-in; `claims` waits until the browser is back there, and redeems the code. */
  async function enter(page: Page, clientId: string, parameters: Record<string, string> = {}) {
    const journey = await (await app(clientId)).start(parameters);
    await page.goto(journey.url.href, { waitUntil: 'commit' });
    return async () => {
      await page.waitForURL((url) => url.href.startsWith(callback));
      const claims = (await journey.finish(new URL(page.url()))).claims();
      const amr = claims?.amr as string[] | undefined;
      return { acr: claims?.acr, amr: amr?.toSorted(), sub: claims?.sub };
    };
  }

  async function register(page: Page, person: Person, password: Record<string, string>) {
    await submit(page, { email: person.email, ...password });
    const { code } = await waitForMail(server.mail, person.email, 'verify_email');
    await leaving(page, () => fill(page, { 'one-time-code': code }));
  }

  /** On the page that offers ways to add: this one, looked at, and the recovery codes after it. */
  async function addKey(page: Page, name?: string): Promise<string[]> {
    await leaving(page, () => page.locator('[name=method][value=webauthn]').click());
    const wrong = name === undefined ? [] : await look(page, name);
    await leaving(page, () => page.locator('button.primary').click());
    await page.locator('button.primary').click();
    return wrong;
  }

  /** Somebody new without a password, with a passkey in this browser, who is signed in nowhere. */
  async function passkeyHolder(page: Page) {
    const signedUp = await enter(page, 'passwordless', { prompt: 'create' });
    await register(page, somebody(), {});
    await addKey(page);
    const claims = await signedUp();
    await page.context().clearCookies();
    return claims;
  }

  test('a person signs up with a passkey, and the next time picks it from the field and is in', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    const key = await plugIn(page, 'passkey');
    const signedUp = await enter(page, 'passwordless', { prompt: 'create' });
    await register(page, somebody(), {});
    wrong.push(...(await addKey(page, 'enroll-passkey')));
    const before = await signedUp();
    assert.deepEqual([before.acr, before.amr], ['phr', ['mfa', 'otp', 'swk', 'user']]);
    assert.equal(await key.count(), 1);

    await page.context().clearCookies();
    const signedIn = await enter(page, 'passwordless');
    assert.deepEqual(await signedIn(), { acr: 'phr', amr: ['mfa', 'swk', 'user'], sub: before.sub });
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('a security key is the second factor after a password: added once, then asked for', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    const person = somebody();
    await plugIn(page, 'security key');
    const added = await enter(page, 'second', { prompt: 'create' });
    await register(page, person, { 'new-password': person.password });
    await addKey(page);
    assert.deepEqual((await added()).acr, 'phr');

    await page.context().clearCookies();
    const asked = await enter(page, 'second');
    await submit(page, { username: person.email });
    await submit(page, { 'current-password': person.password });
    wrong.push(...(await look(page, 'second-factor-key')));
    await page.locator('button.primary').click();
    const { acr, amr } = await asked();
    assert.deepEqual([acr, amr], ['phr', ['hwk', 'mfa', 'pwd']]);
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('what is cancelled is said in words on the same page, and can be tried again', async () => {
    const { page, faults, close } = await open();
    const key = await plugIn(page, 'passkey');
    await passkeyHolder(page);
    await key.knowsOwner(false);
    const signedIn = await enter(page, 'passwordless');
    await page.waitForLoadState('load');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByText('That didn’t finish').waitFor();
    assert.deepEqual(await look(page, 'passkey-cancelled'), []);
    await key.knowsOwner(true);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    assert.equal((await signedIn()).acr, 'phr');
    assert.deepEqual(faults, []);
    await close();
  });

  test('a passkey that is known no more is said to be, and the browser offers it no more', async () => {
    const { page, faults, close } = await open();
    const key = await plugIn(page, 'passkey');
    await passkeyHolder(page);
    await pool.query('delete from authenticators');
    await enter(page, 'passwordless');
    await page.getByText('We don’t know that passkey').waitFor();
    assert.deepEqual(await look(page, 'passkey-unknown'), []);
    assert.equal(await key.count(), 0);
    assert.deepEqual(faults, []);
    await close();
  });

  test('without script the page says what is missing, and other ways go on', async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    await enter(page, 'open');
    await page.waitForLoadState('load');
    await leaving(page, () => page.getByRole('button', { name: 'Use a passkey' }).click());
    assert.match((await page.locator('[role=alert]').first().textContent()) ?? '', /didn’t hand over a passkey/);
    await submit(page, { username: somebody().email });
    assert.equal(await page.locator('h1').textContent(), 'Enter your password');
    await close();
  });
});
