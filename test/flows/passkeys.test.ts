// needs: postgres redis
import assert from 'node:assert/strict';
import { createKey, newKey, optionsOn, useKey } from '../support/passkey-page.ts';
import { autoApp, browserFor, quotesApp, signedUp } from '../support/people.ts';
import { homeApp, visit, withPolicies } from '../support/second-door.ts';
import { onEverySetUp, type RunningServer } from '../support/server.ts';

const FILE = withPolicies(
  '\n  - { name: Home, mode: enforce, if: { client: [home] }, then: { require: [phishing_resistant] } }\n',
)
  .replace('client_name: Quick Quotes', 'client_name: Quick Quotes\n    methods: [password]')
  .replace(
    'settings:\n',
    "settings:\n  webauthn: { origins: ['https://app.example.net', 'android:apk-key-hash:abc'] }\n",
  );

/** Somebody with a passkey, and a browser in which nobody has signed in. */
async function keyholder(server: RunningServer) {
  const { browser: before, tokens, person } = await signedUp(server);
  const { first } = await visit(await homeApp(server.issuer), before);
  const key = newKey(server.issuer);
  await createKey(before, await before.submit(first, {}, 'method=webauthn'), key);
  return { key, person, sub: tokens.claims()?.sub, browser: browserFor(server.issuer) };
}

onEverySetUp(FILE, {
  'a passkey signs in on the first page, and the tokens say what it proved': async (server) => {
    const { key, sub, browser } = await keyholder(server);
    const { first, tokens } = await visit(await autoApp(server.issuer), browser);
    const claims = (await tokens(await useKey(browser, first, key, 'passkey'))).claims();
    assert.deepEqual([claims?.sub, claims?.acr, claims?.amr], [sub, 'phr', ['hwk', 'user', 'mfa']]);
  },

  'it signs in as well after an address was typed, whoever has that address': async (server) => {
    const { key, sub, browser } = await keyholder(server);
    const { first, tokens } = await visit(await autoApp(server.issuer), browser);
    const password = await browser.submit(first, { username: 'somebody.else@mail.test' });
    const page = await browser.submit(password, {}, 'method=passkey');
    assert.match(page.page.text, /Sign in with a passkey/);
    assert.equal((await tokens(await useKey(browser, page, key))).claims()?.sub, sub);
  },

  'an answer is good once and on its own page: not again, not in another sign-in, not twice at once': async (
    server,
  ) => {
    const { key, browser } = await keyholder(server);
    const rp = await autoApp(server.issuer);
    const { first } = await visit(rp, browser);
    const other = browserFor(server.issuer);
    const elsewhere = await visit(rp, other);
    const form = { method: 'passkey', credential: key.get(optionsOn(first)) };
    const address = (page: typeof first) => `${page.url.origin}${page.url.pathname}/submit`;
    const moved = await other.post(address(elsewhere.first), form);
    assert.match(moved.page.text, /That took too long/);
    const answers = await Promise.all([1, 2, 3, 4].map(() => browser.post(address(first), form)));
    assert.equal(answers.filter(({ location }) => location?.searchParams.has('code')).length, 1);
  },

  'a wrong answer is told on the first page, which can be answered again at once': async (server) => {
    const { key, browser } = await keyholder(server);
    const { first, tokens } = await visit(await autoApp(server.issuer), browser);
    const stranger = newKey(server.issuer);
    stranger.create({ challenge: 'AAAA', rp: { id: 'localhost' }, user: { id: 'AAAA' } });
    const unknown = await useKey(browser, first, stranger, 'passkey');
    assert.match(unknown.page.text, /We don’t know that passkey/);
    assert.match(unknown.body, /data-unknown/);
    const empty = await browser.submit(unknown, {}, 'Use a passkey');
    assert.match(empty.page.text, /didn’t hand over a passkey/);
    assert.ok((await tokens(await useKey(browser, empty, key, 'passkey'))).id_token);
  },

  'an app that does not list passkeys neither offers nor takes one': async (server) => {
    const { key, browser } = await keyholder(server);
    const elsewhere = await visit(await autoApp(server.issuer), browserFor(server.issuer));
    const { first } = await visit(await quotesApp(server.issuer), browser);
    assert.ok(!first.body.includes('passkey'));
    const form = { method: 'passkey', credential: key.get(optionsOn(elsewhere.first)) };
    assert.equal((await browser.post(`${first.url.origin}${first.url.pathname}/submit`, form)).status, 400);
  },

  'other sites where keys may be used are published, apps are not (WebAuthn section 5.11)': async (server) => {
    const answer = await fetch(`${server.issuer}/.well-known/webauthn`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.deepEqual(await answer.json(), { origins: [server.issuer, 'https://app.example.net'] });
  },
});
