// needs: postgres redis
import assert from 'node:assert/strict';
import { arrived, autoApp, browserFor, CLIENTS, register, signedUp, signIn, somebody } from '../support/people.ts';
import type { Browser } from '../support/rp.ts';
import { onEverySetUp, type RunningServer } from '../support/server.ts';

async function open(server: RunningServer, browser: Browser, parameters: Record<string, string>) {
  const journey = await (await autoApp(server.issuer)).start(parameters);
  return { journey, page: await browser.get(journey.url) };
}

const email = (page: { page: { text: string } }) => page.page.text.replaceAll(' @', '@');

onEverySetUp(CLIENTS, {
  'login_hint goes straight to the password of that address, and a bad one asks': async (server) => {
    const hint = somebody().email;
    const { page } = await open(server, browserFor(server.issuer), { login_hint: hint });
    assert.match(email(page), new RegExp(hint));
    assert.match(page.page.text, /Enter your password/);
    const odd = await open(server, browserFor(server.issuer), { login_hint: '<script>"' });
    assert.match(odd.page.page.text, /E-mail address/);
    assert.doesNotMatch(odd.page.body, /<script>"/);
  },

  'prompt=create registers, prompt=none never asks, prompt=login and max_age ask again': async (server) => {
    const { browser, person, tokens } = await signedUp(server);
    const first = Number(tokens.claims()?.auth_time);
    assert.match(
      (await open(server, browserFor(server.issuer), { prompt: 'create' })).page.page.text,
      /Create your account/,
    );
    const none = await open(server, browserFor(server.issuer), { prompt: 'none' });
    assert.equal(none.page.location?.searchParams.get('error'), 'login_required');
    assert.ok((await open(server, browser, { prompt: 'none' })).page.location?.searchParams.get('code'));

    await new Promise((resolve) => setTimeout(resolve, 1100));
    for (const parameters of [{ prompt: 'login' }, { max_age: '0' }]) {
      const { journey, page } = await open(server, browser, parameters);
      assert.match(page.page.text, /Enter your password/, 'of the person who is signed in');
      assert.match(email(page), new RegExp(person.email));
      const again = await journey.finish(arrived(await browser.submit(page, { 'current-password': person.password })));
      assert.ok(Number(again.claims()?.auth_time) > first);
    }
    const stale = await open(server, browser, { max_age: '1', prompt: 'none' });
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const later = await open(server, browser, { max_age: '1', prompt: 'none' });
    assert.ok(stale.page.location);
    assert.equal(later.page.location?.searchParams.get('error'), 'login_required');
  },

  'id_token_hint of somebody else asks that person, and a forged one is refused': async (server) => {
    const { person: other, tokens, browser: own } = await signedUp(server);
    const { browser } = await signedUp(server);
    const { page } = await open(server, browser, { id_token_hint: tokens.id_token ?? '' });
    assert.match(page.page.text, /E-mail address/);
    assert.doesNotMatch(page.body, new RegExp(other.email), 'an app need not know the address of a user it can name');
    const theirs = await open(server, own, { id_token_hint: tokens.id_token ?? '', prompt: 'login' });
    assert.match(theirs.page.body, new RegExp(other.email), 'in their own browser it is filled in');
    const silent = await open(server, browser, { id_token_hint: tokens.id_token ?? '', prompt: 'none' });
    assert.equal(silent.page.location?.searchParams.get('error'), 'login_required');
    const [head, , signature] = (tokens.id_token ?? '').split('.');
    const forged = `${head}.${Buffer.from('{"sub":"x"}').toString('base64url')}.${signature}`;
    const refused = await open(server, browser, { id_token_hint: forged });
    assert.equal(refused.page.location?.searchParams.get('error'), 'invalid_request');
  },

  'prompt=select_account offers who is signed in, or another; the other ends the first session': async (server) => {
    const { browser, person, rp } = await signedUp(server);
    const { person: second } = await signedUp(server);
    const chosen = await open(server, browser, { prompt: 'select_account' });
    const same = await chosen.journey.finish(arrived(await browser.submit(chosen.page, {}, 'Continue as')));
    assert.equal(same.claims()?.email, person.email);

    const before = browser.jar.all().filter(({ name }) => name.startsWith('session'));
    const offered = await open(server, browser, { prompt: 'select_account' });
    const identify = await browser.submit(offered.page, {}, 'another');
    const password = await browser.submit(identify, { username: second.email });
    const tokens = await offered.journey.finish(
      arrived(await browser.submit(password, { 'current-password': second.password })),
    );
    assert.equal(tokens.claims()?.email, second.email);
    const left = browserFor(server.issuer);
    for (const { name, value } of before)
      left.jar.take(new URL(server.issuer), new Headers({ 'set-cookie': `${name}=${value}; path=/` }));
    assert.equal(
      (await open(server, left, { prompt: 'none' })).page.location?.searchParams.get('error'),
      'login_required',
    );
    assert.equal((await signIn(rp, browserFor(server.issuer), person)).claims()?.email, person.email);
  },

  'ui_locales chooses the language of pages, and the browser’s where it is missing': async (server) => {
    const german = createGerman(server);
    assert.equal((await open(server, german, {})).page.page.lang, 'de');
    assert.equal((await open(server, german, { ui_locales: 'fr-CA en' })).page.page.lang, 'fr');
    assert.equal(
      (await open(server, browserFor(server.issuer), { ui_locales: 'xx __proto__ es' })).page.page.lang,
      'es',
    );
    assert.equal((await open(server, browserFor(server.issuer), { ui_locales: 'ar' })).page.page.lang, 'ar');
    const person = somebody();
    await register(server, await autoApp(server.issuer), browserFor(server.issuer), person);
  },
});

function createGerman(server: RunningServer): Browser {
  const browser = browserFor(server.issuer);
  return {
    ...browser,
    get: (url, headers = {}) => browser.get(url, { 'accept-language': 'de-AT, en;q=0.5', ...headers }),
  };
}
