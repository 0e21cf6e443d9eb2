// needs: postgres
import assert from 'node:assert/strict';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import {
  arrived,
  autoApp,
  browserFor,
  CLIENTS,
  quotesApp,
  register,
  signedUp,
  signIn,
  somebody,
} from '../support/people.ts';
import { raw } from '../support/raw-http.ts';
import type { Answer, Browser } from '../support/rp.ts';

const VERBS = ['submit', 'choose', 'resend', 'register', 'recover', 'restart', 'continue', 'allow'];

async function opened(server: Fortress, parameters: Record<string, string> = {}, browser = browserFor(server.issuer)) {
  const rp = await autoApp(server.issuer);
  const journey = await rp.start(parameters);
  return { rp, browser, journey, page: await browser.get(journey.url) };
}

const atPassword = async (server: Fortress, email: string, browser?: Browser) => {
  const door = await opened(server, {}, browser);
  return { ...door, page: await door.browser.submit(door.page, { username: email }) };
};

const submitOf = (page: Answer): URL => new URL(`${page.url.pathname}/submit`, page.url);

besiege(
  'a sign-in under attack',
  { file: CLIENTS },
  {
    'another browser’s sign-in cannot be looked at, answered or cancelled': async (server) => {
      const { person } = await signedUp(server);
      const victim = await atPassword(server, person.email);
      const thief = await opened(server);
      for (const answer of [
        await thief.browser.get(victim.page.url),
        await thief.browser.post(submitOf(victim.page), { password: person.password }),
        await thief.browser.post(`${victim.page.url}/cancel`, {}),
        await browserFor(server.issuer).get(victim.page.url),
      ]) {
        assert.equal(answer.status, 400);
        assert.doesNotMatch(answer.body, new RegExp(person.email));
      }
      const cookies = thief.browser.jar.header(thief.page.url) ?? '';
      const swapped = {
        cookie: cookies.replaceAll(
          thief.page.url.pathname.split('/')[2] ?? '',
          victim.page.url.pathname.split('/')[2] ?? '',
        ),
      };
      assert.equal((await raw(server.issuer, { target: victim.page.url.pathname, headers: swapped })).status, 400);
      assert.ok((await victim.browser.submit(victim.page, { 'current-password': person.password })).location);
    },

    'a browser that keeps no cookies is told so': async (server) => {
      const { page } = await opened(server);
      const bare = await browserFor(server.issuer).get(page.url);
      assert.equal(bare.status, 400);
      assert.match(bare.page.text, /cookie/i);
    },

    'two tabs of one browser each finish their own sign-in': async (server) => {
      const { person } = await signedUp(server);
      const first = await atPassword(server, person.email);
      const second = await atPassword(server, person.email, first.browser);
      const answers = [first, second].map(async ({ browser, page, journey }) =>
        journey.finish(arrived(await browser.submit(page, { 'current-password': person.password }))),
      );
      for (const tokens of await Promise.all(answers)) assert.equal(tokens.claims()?.email, person.email);
    },

    'a replayed answer and a second finish lead to no second code and no error': async (server) => {
      const { person } = await signedUp(server);
      const { browser, page, journey } = await atPassword(server, person.email);
      const cookie = browser.jar.header(page.url) ?? '';
      const replay = () =>
        raw(server.issuer, {
          method: 'POST',
          target: submitOf(page).pathname,
          headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ password: person.password }).toString(),
        });
      const together = await Promise.all([replay(), replay(), replay()]);
      assert.ok(
        together.every(({ status }) => status === 303 || status === 400),
        JSON.stringify(together.map((one) => one.status)),
      );
      const resume = together.find(({ headers }) => String(headers.location).includes('/auth/'))?.headers.location;
      const done = await browser.get(new URL(String(resume), server.issuer));
      await journey.finish(arrived(done));
      assert.equal((await browser.get(new URL(String(resume), server.issuer))).status, 400);
      assert.equal((await replay()).status, 400);
      await assert.rejects(journey.finish(arrived(done)));
    },

    'empty forms and every verb at every step get nobody in': async (server) => {
      const { person } = await signedUp(server);
      const steps: Record<string, (browser: Browser, page: Answer) => Promise<Answer>> = {
        identify: async (_browser, page) => page,
        password: (browser, page) => browser.submit(page, { username: person.email }),
        code: async (browser, page) =>
          browser.submit(await browser.submit(page, { username: person.email }), {}, 'Get a code'),
        register: (browser, page) => browser.post(`${page.url}/register`, {}),
        recover: async (browser, page) =>
          browser.submit(await browser.submit(page, { username: person.email }), {}, 'Forgot'),
      };
      for (const [name, reach] of Object.entries(steps)) {
        for (const verb of VERBS) {
          const { browser, page } = await opened(server);
          const there = await reach(browser, page);
          const answer = await browser.post(`${there.url.origin}${there.url.pathname}/${verb}`, {});
          assert.equal(answer.location, undefined, `${verb} at ${name}`);
          assert.ok([200, 400, 404].includes(answer.status), `${verb} at ${name}: ${answer.status}`);
        }
      }
    },

    'starting again in the middle forgets what was proven': async (server) => {
      const { person } = await signedUp(server);
      const { browser, page } = await atPassword(server, person.email);
      await server.sql('update users set email_verified_at = null where email = $1', [person.email]);
      const task = await browser.submit(page, { 'current-password': person.password });
      assert.match(task.page.text, /Confirm your/);
      const base = `${task.url.origin}${task.url.pathname}`;
      const again = await browser.post(`${base}/restart`, {});
      assert.match(again.page.text, /Sign in to/);
      const { code } = await waitForMail(server.mail, person.email, 'verify_email');
      const late = await browser.post(`${base}/submit`, { code });
      assert.equal(late.location, undefined);
      assert.match(late.page.text, /E-mail address/);
    },

    'a form from another site is refused, and so are other verbs': async (server) => {
      const { browser, page } = await opened(server);
      const cookie = browser.jar.header(page.url) ?? '';
      const forged: Record<string, string>[] = [
        { origin: 'https://evil.test' },
        { origin: 'null' },
        { origin: server.issuer, 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: `${server.issuer}.evil.test` },
      ];
      for (const headers of forged) {
        for (const target of [submitOf(page).pathname, '/reset/a.b']) {
          const sent = { method: 'POST', target, headers: { cookie, ...headers } };
          assert.equal((await raw(server.issuer, sent)).status, 403, JSON.stringify(headers));
        }
      }
      for (const method of ['PUT', 'PATCH', 'DELETE', 'TRACE']) {
        const { status } = await raw(server.issuer, { method, target: submitOf(page).pathname, headers: { cookie } });
        assert.ok(status >= 400 && status < 500, `${method} ${status}`);
      }
      const unknown = await browser.post(`${server.issuer}${page.url.pathname}/finish`, {});
      assert.equal(unknown.status, 404);
    },

    'a planted session is not upgraded: whoever planted it stays outside': async (server) => {
      const attacker = await signedUp(server);
      const planted = attacker.browser.jar.all().filter(({ name }) => name.startsWith('session'));
      const victim = browserFor(server.issuer);
      for (const { name, value } of planted) {
        victim.jar.take(new URL(server.issuer), new Headers({ 'set-cookie': `${name}=${value}; path=/` }));
      }
      const { person } = await signedUp(server);
      const { page, journey } = await opened(server, { prompt: 'login' }, victim);
      const identify = await victim.submit(page, {}, 'Not you');
      const password = await victim.submit(identify, { username: person.email });
      const done = await victim.submit(password, { 'current-password': person.password });
      assert.equal((await journey.finish(arrived(done))).claims()?.email, person.email);
      const thief = browserFor(server.issuer);
      for (const { name, value } of planted) {
        thief.jar.take(new URL(server.issuer), new Headers({ 'set-cookie': `${name}=${value}; path=/` }));
      }
      const silent = await thief.get((await (await autoApp(server.issuer)).start({ prompt: 'none' })).url);
      assert.equal(silent.location?.searchParams.get('error'), 'login_required');

      const unsigned = browserFor(server.issuer);
      unsigned.jar.take(new URL(server.issuer), new Headers({ 'set-cookie': 'session=chosen-by-somebody; path=/' }));
      await signIn(await autoApp(server.issuer), unsigned, person);
      assert.notEqual(unsigned.jar.value('session'), 'chosen-by-somebody');
    },

    'consent is asked of the person signed in, and nobody else’s answer counts': async (server) => {
      const rp = await quotesApp(server.issuer);
      const victim = browserFor(server.issuer);
      const person = somebody();
      await register(server, await autoApp(server.issuer), victim, person);
      const journey = await rp.start();
      const consent = await victim.get(journey.url);
      assert.match(consent.page.text, /Quick Quotes/);
      const thief = (await opened(server)).browser;
      assert.equal((await thief.post(`${consent.url}/allow`, {})).status, 400);
      const cookie = victim.jar.header(consent.url) ?? '';
      const forged = { cookie, origin: 'https://evil.test' };
      assert.equal(
        (await raw(server.issuer, { method: 'POST', target: `${consent.url.pathname}/allow`, headers: forged })).status,
        403,
      );
      const denied = await victim.submit(consent, {}, 'Don');
      assert.equal(denied.location?.searchParams.get('error'), 'access_denied');
    },

    'a device page that was reloaded or forged asks for the code again and then works': async (server) => {
      for (const start of ['/device/never-begun', '/device']) {
        const browser = browserFor(server.issuer);
        const page =
          start === '/device'
            ? await browser.post(`${server.issuer}/device`, { user_code: 'AAAA-BBBB' })
            : await browser.get(`${server.issuer}${start}`);
        assert.equal(page.status < 500, true, page.page.text);
        const next = await browser.submit(page, { user_code: 'BBBB-BBBB' });
        assert.match(next.page.text, /code isn.t right/);
      }
    },
  },
);
