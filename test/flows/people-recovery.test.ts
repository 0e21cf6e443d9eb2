// needs: postgres
import assert from 'node:assert/strict';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { arrived, autoApp, browserFor, CLIENTS, oauthError, signedUp, signIn, somebody } from '../support/people.ts';
import type { Answer, Browser } from '../support/rp.ts';

const NEW = 'seven new horses in the rain';

async function open(server: Fortress, browser: Browser, parameters: Record<string, string> = {}) {
  const journey = await (await autoApp(server.issuer)).start(parameters);
  return { journey, page: await browser.get(journey.url) };
}

/** A mail with code and link was asked for. */
async function forgotten(server: Fortress, email: string, browser = browserFor(server.issuer)) {
  const { journey, page } = await open(server, browser);
  const recover = await browser.submit(await browser.submit(page, { username: email }), {}, 'Forgot');
  const asked = await browser.submit(recover, { username: email });
  return { browser, journey, page: asked, mail: await waitForMail(server.mail, email, 'reset_password') };
}

async function silent(server: Fortress, browser: Browser): Promise<string | null | undefined> {
  return (await open(server, browser, { prompt: 'none' })).page.location?.searchParams.get('error');
}

async function wrongPassword(server: Fortress, email: string, password: string): Promise<Answer> {
  const browser = browserFor(server.issuer);
  const { page } = await open(server, browser);
  return browser.submit(await browser.submit(page, { username: email }), { 'current-password': password });
}

besiege(
  'a forgotten password',
  { file: CLIENTS },
  {
    'is replaced by a mailed code: everything from before is dead, and the mail says so': async (server) => {
      const { person, browser: before, rp, tokens } = await signedUp(server);
      const { browser, journey, page, mail } = await forgotten(server, person.email);
      const choose = await browser.submit(page, { 'one-time-code': mail.code });
      const done = await browser.submit(choose, { 'new-password': NEW });
      const fresh = await journey.finish(arrived(done));
      assert.equal(fresh.claims()?.email, person.email);

      await assert.rejects(rp.refresh(tokens.refresh_token ?? ''), oauthError('invalid_grant'));
      assert.equal(await silent(server, before), 'login_required');
      assert.equal(await silent(server, browser), null, 'whoever reset it is signed in');
      await waitForMail(server.mail, person.email, 'password_changed');
      assert.match((await wrongPassword(server, person.email, person.password)).page.text, /don.t match/);
      await signIn(rp, browserFor(server.issuer), { ...person, password: NEW });
      assert.equal((await browser.submit(choose, { 'new-password': 'another password altogether' })).status, 400);
    },

    'is replaced by the mailed link, once, and opening the link uses nothing up': async (server) => {
      const { person, browser: before, rp, tokens } = await signedUp(server);
      const { mail } = await forgotten(server, person.email);
      const reader = browserFor(server.issuer);
      await browserFor(server.issuer).get(mail.link);
      const page = await reader.get(mail.link);
      assert.equal(page.status, 200);
      assert.doesNotMatch(page.body, new RegExp(person.email));
      const short = await reader.submit(page, { 'new-password': 'short' });
      assert.match(short.page.text, /at least 15/);
      const done = await reader.submit(short, { 'new-password': NEW });
      assert.match(done.page.text, /Your password is changed/);
      assert.equal(reader.jar.all().length, 0, 'a link signs nobody in');
      await waitForMail(server.mail, person.email, 'password_changed');
      await assert.rejects(rp.refresh(tokens.refresh_token ?? ''), oauthError('invalid_grant'));
      assert.equal(await silent(server, before), 'login_required');
      const again = await reader.submit(page, { 'new-password': 'yet another one of these' });
      assert.match(again.page.text, /expired/);
      await signIn(rp, browserFor(server.issuer), { ...person, password: NEW });
    },

    'only the newest code and the newest link work; a used one voids the other; old ones expire': async (server) => {
      const { person } = await signedUp(server);
      const first = await forgotten(server, person.email);
      const second = await forgotten(server, person.email);
      const reader = browserFor(server.issuer);
      const old = await reader.submit(await reader.get(first.mail.link), { 'new-password': NEW });
      assert.match(old.page.text, /expired/);
      const oldCode = await first.browser.submit(first.page, { 'one-time-code': first.mail.code });
      assert.match(oldCode.page.text, /expired/);

      await server.sql(`update one_time_codes set expires_at = now() - interval '1 second'`);
      assert.match(
        (await reader.submit(await reader.get(second.mail.link), { 'new-password': NEW })).page.text,
        /expired/,
      );
      assert.match(
        (await second.browser.submit(second.page, { 'one-time-code': second.mail.code })).page.text,
        /expired/,
      );
      await server.sql(`update one_time_codes set expires_at = now() + interval '1 minute'`);

      const choose = await second.browser.submit(second.page, { 'one-time-code': second.mail.code });
      assert.ok((await second.browser.submit(choose, { 'new-password': NEW })).location);
      const late = await reader.submit(await reader.get(second.mail.link), {
        'new-password': 'another one of these, later',
      });
      assert.match(late.page.text, /expired/);
    },

    'twenty parallel tries with one link set one password': async (server) => {
      const { person } = await signedUp(server);
      const { mail } = await forgotten(server, person.email);
      const passwords = Array.from({ length: 20 }, (_, n) => `parallel password number ${n}`);
      const answers = await Promise.all(
        passwords.map((one) =>
          fetch(mail.link, {
            method: 'POST',
            body: new URLSearchParams({ new_password: one }),
            headers: { accept: 'text/html' },
          }),
        ),
      );
      const texts = await Promise.all(answers.map((one) => one.text()));
      assert.ok(answers.every(({ status }) => status === 200 || status === 400 || status === 503));
      assert.equal(texts.filter((text) => /Your password is changed/.test(text)).length, 1);
    },

    'a sign-in begun with the old password does not finish after the reset': async (server) => {
      const { person } = await signedUp(server);
      await server.sql('update users set email_verified_at = null where email = $1', [person.email]);
      const thief = browserFor(server.issuer);
      const { page, journey } = await open(server, thief);
      const task = await thief.submit(await thief.submit(page, { username: person.email }), {
        'current-password': person.password,
      });
      assert.match(task.page.text, /Confirm your/);
      // The answer that was given, and the finish that was not fetched yet.
      const finishing = browserFor(server.issuer);
      await server.sql('update users set email_verified_at = now() where email = $1', [person.email]);
      const second = await open(server, finishing);
      const password = await finishing.submit(second.page, { username: person.email });
      const form = password.page.forms.find(({ fields }) =>
        fields.some(({ purpose }) => purpose === 'current-password'),
      );
      const held = await fetch(new URL(form?.action ?? '', password.url), {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: finishing.jar.header(password.url) ?? '', accept: 'text/html' },
        body: new URLSearchParams({ password: person.password }),
      });
      const resume = new URL(held.headers.get('location') ?? '', server.issuer);
      assert.match(resume.pathname, /^\/auth\//);

      await new Promise((resolve) => setTimeout(resolve, 1100));
      const { browser, page: asked, mail } = await forgotten(server, person.email);
      await browser.submit(await browser.submit(asked, { 'one-time-code': mail.code }), { 'new-password': NEW });

      for (const [name, who, answer] of [
        ['at a task', thief, await thief.get(task.url)],
        ['before the resume', finishing, await finishing.get(resume)],
      ] as const) {
        const code = answer.location?.searchParams.get('code');
        assert.equal(code ?? null, null, name);
        assert.match((await silent(server, who)) ?? 'a code', /^(?:login|interaction)_required$/, name);
      }
      await assert.rejects(async () => journey.finish(arrived(await thief.post(`${task.url}/continue`, {}))));
    },

    'a proof of the mailbox from before a reset sets no second password after it': async (server) => {
      const { person, rp } = await signedUp(server);
      const thief = await forgotten(server, person.email);
      const choose = await thief.browser.submit(thief.page, { 'one-time-code': thief.mail.code });
      assert.match(choose.page.text, /Choose a new password/);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const own = await forgotten(server, person.email);
      const page = await own.browser.submit(own.page, { 'one-time-code': own.mail.code });
      await own.browser.submit(page, { 'new-password': NEW });
      const stolen = await thief.browser.submit(choose, { 'new-password': 'the password of the thief' });
      assert.equal(stolen.location, undefined);
      await signIn(rp, browserFor(server.issuer), { ...person, password: NEW });
    },

    'works while the password is blocked by guessing, and the new one works at once': async (server) => {
      for (const by of ['code', 'link']) {
        const { person, rp } = await signedUp(server);
        await Promise.all(
          Array.from({ length: 8 }, () => wrongPassword(server, person.email, 'wrong wrong wrong wrong')),
        );
        assert.match((await wrongPassword(server, person.email, person.password)).page.text, /tried too often/);
        const { browser, page, mail } = await forgotten(server, person.email);
        if (by === 'link') await browser.submit(await browser.get(mail.link), { 'new-password': NEW });
        else await browser.submit(await browser.submit(page, { 'one-time-code': mail.code }), { 'new-password': NEW });
        await signIn(rp, browserFor(server.issuer), { ...person, password: NEW });
      }
    },

    'the new one obeys the rules, too, and nothing malformed opens the door': async (server) => {
      const { person } = await signedUp(server);
      const { mail } = await forgotten(server, person.email);
      const reader = browserFor(server.issuer);
      for (const [password, words] of [
        ['short', /at least 15/],
        ['x'.repeat(129), /at most 128/],
        ['passwordpassword', /Many people use/],
        [`${person.email}!!`, /your name or address/],
        ['', /at least 15|needed/],
      ] as const) {
        const answer = await reader.submit(await reader.get(mail.link), { 'new-password': password });
        assert.match(answer.page.text, words, password);
      }
      for (const token of ['x', 'a.b', '%00.%00', `${mail.link.split('/').at(-1)}x`, '__proto__.constructor']) {
        const answer = await reader.post(`${server.issuer}/reset/${token}`, { new_password: NEW });
        assert.equal(answer.status, 400, token);
        assert.doesNotMatch(answer.page.text, /is changed/, token);
      }
    },

    'for an address nobody has, no mail goes out and no code gets further': async (server) => {
      const { email } = somebody();
      const browser = browserFor(server.issuer);
      const { page } = await open(server, browser);
      const recover = await browser.submit(await browser.submit(page, { username: email }), {}, 'Forgot');
      const asked = await browser.submit(recover, { username: email });
      assert.match(asked.page.text, /If there is an account/);
      await signedUp(server);
      assert.ok(server.mail.messages().every(({ to }) => to !== email));
    },
  },
);
