import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startInsuranceApp } from '../../examples/insurance-app.ts';
import { startBareProvider } from '../support/bare-provider.ts';
import { type Answer, type Browser, createBrowser } from '../support/browser.ts';

/** Ports that are free now: the provider has to know the app's address before the app starts. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

describe('the example insurance app', () => {
  let provider: Awaited<ReturnType<typeof startBareProvider>>;
  let app: Awaited<ReturnType<typeof startInsuranceApp>>;

  before(async () => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    provider = await startBareProvider([
      {
        client_id: 'auto',
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${url}/callback`],
        post_logout_redirect_uris: [`${url}/signed-out`],
        backchannel_logout_uri: `${url}/backchannel-logout`,
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: 'openid profile email offline_access',
      },
    ]);
    app = await startInsuranceApp({
      name: 'Auto Insurance',
      port,
      issuer: provider.issuer,
      clientId: 'auto',
      log: console.log,
    });
  });
  after(async () => {
    await app.close();
    await provider.close();
  });

  const newBrowser = (): Browser => createBrowser({ origins: [app.url, provider.issuer] });
  async function signIn(browser: Browser, username: string): Promise<Answer> {
    const page = await browser.click(await browser.get(app.url), 'Sign in');
    return browser.submit(page, { username });
  }
  const press = (browser: Browser, page: Answer, action: string): Promise<Answer> =>
    browser.post(new URL(action, page.url), {});

  test('signs in, shows the claims, calls the API, refreshes and signs out at the provider', async () => {
    const browser = newBrowser();
    const home = await signIn(browser, 'ada');
    assert.equal(home.status, 200);
    assert.match(home.page.headings[0] ?? '', /^Hello, /);
    assert.match(home.page.text, /sub ada/);
    assert.match((await press(browser, home, '/call-api')).page.text, /"email": "ada@example.com"/);
    assert.match((await press(browser, home, '/refresh')).page.text, /New tokens .*"expires_in"/);
    const confirm = await press(browser, home, '/sign-out');
    const out = await browser.submit(confirm, {}, 'logout=yes');
    assert.match(out.page.text, /You are signed out/);
    assert.equal(
      (await browser.get(app.url)).page.links.some(({ text }) => text === 'Create account'),
      true,
    );
  });

  test("a refusal by the provider is a calm page with the provider's words", async () => {
    const answer = await signIn(newBrowser(), 'nobody');
    assert.equal(answer.status, 200);
    assert.match(answer.page.text, /You are not signed in Not you\. Code: access_denied Try again/);
  });

  test('a callback that this browser did not ask for signs nobody in', async () => {
    const answer = await newBrowser().get(`${app.url}/callback?code=x&state=y`);
    assert.equal(answer.status, 400);
    assert.match(answer.page.text, /This sign-in has expired/);
  });

  test('a logout token from the provider ends the session in this app too (Back-Channel Logout 1.0)', async () => {
    const browser = newBrowser();
    const home = await signIn(browser, 'ben');
    const confirm = await press(browser, home, '/sign-out');
    // The app has forgotten this browser already; a second one with the same session at the provider is what is left.
    const other = newBrowser();
    for (const { name, value } of browser.jar.all()) {
      other.jar.take(new URL(provider.issuer), new Headers({ 'set-cookie': `${name}=${value}; Path=/` }));
    }
    const again = await other.click(await other.get(app.url), 'Sign in');
    assert.match(again.page.text, /sub ben/);
    await browser.submit(confirm, {}, 'logout=yes');
    assert.equal((await other.get(app.url)).page.text.includes('sub ben'), false);
  });

  test('a logout token that anybody could have written is refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const { kid = 'x' } = await exportJWK(publicKey);
    const token = await new SignJWT({ sid: 'x', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'logout+jwt' })
      .setIssuer(provider.issuer)
      .setAudience('auto')
      .setJti('1')
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(privateKey);
    for (const logout_token of [token, '', 'a.b.c']) {
      const answer = await newBrowser().post(`${app.url}/backchannel-logout`, { logout_token });
      assert.equal(answer.status, 400);
    }
  });
});
