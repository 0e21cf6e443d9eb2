// needs: postgres redis
import assert from 'node:assert/strict';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { arrived, autoApp, browserFor, CLIENTS, signedUp, signIn, somebody } from '../support/people.ts';
import type { Answer, Browser } from '../support/rp.ts';

const TOO_MANY = /tried too often/;
const WRONG = /don.t match/;

/** A stranger's browser that has come as far as the password. */
async function atPassword(server: Fortress, email: string, browser = browserFor(server.issuer)) {
  const journey = await (await autoApp(server.issuer)).start();
  const page = await browser.submit(await browser.get(journey.url), { username: email });
  return { browser, page, journey };
}

async function guess(
  browser: Browser,
  page: Answer,
  times: number,
  password = 'not the right password',
): Promise<Answer> {
  let answer = page;
  for (let n = 0; n < times; n += 1) answer = await browser.submit(answer, { 'current-password': password });
  return answer;
}

/** As far as the code that was mailed for signing in without a password. */
async function atCode(server: Fortress, email: string) {
  const { browser, page, journey } = await atPassword(server, email);
  return { browser, journey, page: await browser.submit(page, {}, 'Get a code') };
}

const stories = {
  'after five wrong passwords the right one is refused too, and the wait grows': async (server: Fortress) => {
    const { person } = await signedUp(server);
    const { browser, page } = await atPassword(server, person.email);
    const fifth = await guess(browser, page, 5);
    assert.match(fifth.page.text, WRONG);
    const blocked = await browser.submit(fifth, { 'current-password': person.password });
    assert.match(blocked.page.text, TOO_MANY);
    assert.match(blocked.headers.get('retry-after') ?? '', /^[12]$/);
    assert.equal(blocked.location, undefined);

    await server.sql('update attempts set blocked_until = now()');
    await guess(browser, blocked, 1);
    const again = await browser.submit(await guess(browser, blocked, 1), { 'current-password': person.password });
    assert.match(again.page.text, TOO_MANY);
    assert.ok(Number(again.headers.get('retry-after')) >= 3, 'the sixth failure costs more than the fifth');
    await server.sql('update attempts set blocked_until = now()');
    assert.ok((await browser.submit(again, { 'current-password': person.password })).location);
  },

  'twenty guesses at once, each in a browser of its own, are five guesses': async (server: Fortress) => {
    const { person } = await signedUp(server);
    const doors = await Promise.all(Array.from({ length: 20 }, () => atPassword(server, person.email)));
    const answers = await Promise.all(doors.map(({ browser, page }) => guess(browser, page, 1)));
    const heard = answers.filter(({ page }) => WRONG.test(page.text)).length;
    assert.equal(heard, 5);
    assert.equal(answers.filter(({ page }) => TOO_MANY.test(page.text)).length, 15);
  },

  'twenty guesses at once in one sign-in are five guesses, too': async (server: Fortress) => {
    const { person } = await signedUp(server);
    const { browser, page } = await atPassword(server, person.email);
    await Promise.all(Array.from({ length: 20 }, () => guess(browser, page, 1)));
    const [row] = await server.sql<{ failures: number }>('select failures from attempts order by last_at desc limit 1');
    assert.equal(row?.failures, 5);
  },

  'an address nobody has is blocked alike': async (server: Fortress) => {
    const { browser, page } = await atPassword(server, somebody().email);
    const fifth = await guess(browser, page, 5);
    assert.match(fifth.page.text, WRONG);
    const sixth = await guess(browser, fifth, 1);
    assert.match(sixth.page.text, TOO_MANY);
    assert.match(sixth.headers.get('retry-after') ?? '', /^[12]$/);
  },

  'the case of the address, or space around it, makes no second counter': async (server: Fortress) => {
    const { person } = await signedUp(server);
    const first = await atPassword(server, person.email);
    await guess(first.browser, first.page, 5);
    const second = await atPassword(server, ` ${person.email.toUpperCase()} `);
    assert.match((await guess(second.browser, second.page, 1)).page.text, TOO_MANY);
  },

  'a stranger does not lock the owner out of a browser they have used, nor guess more with a forged cookie': async (
    server: Fortress,
  ) => {
    const { browser: own, person, rp } = await signedUp(server);
    const stranger = await atPassword(server, person.email);
    await guess(stranger.browser, stranger.page, 7);
    const forged = browserFor(server.issuer);
    const cookie = new Headers({ 'set-cookie': `device=${'A'.repeat(43)}; path=/` });
    forged.jar.take(new URL(server.issuer), cookie);
    const { page } = await atPassword(server, person.email, forged);
    assert.match((await guess(forged, page, 1)).page.text, TOO_MANY);
    assert.ok((await signIn(rp, own, person, { prompt: 'login' })).id_token);
  },

  'a right password wipes the slate clean': async (server: Fortress) => {
    const { person } = await signedUp(server);
    for (let round = 0; round < 3; round += 1) {
      const { browser, page } = await atPassword(server, person.email);
      const done = await browser.submit(await guess(browser, page, 4), { 'current-password': person.password });
      assert.ok(done.location, done.page.text);
    }
  },

  'a code dies with its fifth wrong try, and guessing goes on under the account’s counter': async (
    server: Fortress,
  ) => {
    const { person } = await signedUp(server);
    const { browser, page } = await atCode(server, person.email);
    const { code } = await waitForMail(server.mail, person.email, 'sign_in_code');
    const wrong = code === '000000' ? '000001' : '000000';
    let answer = page;
    for (let n = 0; n < 5; n += 1) answer = await browser.submit(answer, { 'one-time-code': wrong });
    assert.match(answer.page.text, /code isn.t right/);
    assert.match((await browser.submit(answer, { 'one-time-code': code })).page.text, TOO_MANY);
    await server.sql('delete from attempts');
    const dead = await browser.submit(answer, { 'one-time-code': code });
    assert.equal(dead.location, undefined);
    assert.match(dead.page.text, /no longer works/);
    // Another code starts anew at five tries of its own, but not the account.
    await server.sql(`update attempts set failures = 5, blocked_until = now() + interval '1 minute'`);
    const resent = await browser.submit(dead, {}, 'Send a new code');
    const { code: second } = await waitForMail(server.mail, person.email, 'sign_in_code');
    assert.match((await browser.submit(resent, { 'one-time-code': second })).page.text, TOO_MANY);
  },

  'the code of a registration is guessed at one pace, over any number of registrations of one address': async (
    server: Fortress,
  ) => {
    const victim = somebody();
    const auto = await autoApp(server.issuer);
    let refused = 0;
    for (let n = 0; n < 7; n += 1) {
      const browser = browserFor(server.issuer);
      const form = await browser.get((await auto.start({ prompt: 'create' })).url);
      const sent = await browser.submit(form, { email: victim.email, 'new-password': victim.password });
      const answer = await browser.submit(sent, { 'one-time-code': String(n).padStart(6, '0') });
      if (TOO_MANY.test(answer.page.text)) refused += 1;
    }
    assert.ok(refused >= 1, `${refused} of 7 had to wait`);
  },

  'only the newest code works, only in its own sign-in, only for its purpose, and only for ten minutes': async (
    server: Fortress,
  ) => {
    const { person } = await signedUp(server);
    const one = await atCode(server, person.email);
    const first = await waitForMail(server.mail, person.email, 'sign_in_code');
    const resent = await one.browser.submit(one.page, {}, 'Send a new code');
    const newest = await waitForMail(server.mail, person.email, 'sign_in_code');
    const other = await atCode(server, person.email);
    await waitForMail(server.mail, person.email, 'sign_in_code');
    assert.equal((await other.browser.submit(other.page, { 'one-time-code': newest.code })).location, undefined);
    if (first.code !== newest.code) {
      assert.equal((await one.browser.submit(resent, { 'one-time-code': first.code })).location, undefined);
    }
    const recovering = await atPassword(server, person.email);
    const recover = await recovering.browser.submit(recovering.page, {}, 'Forgot');
    const sent = await recovering.browser.submit(recover, { username: person.email });
    const wrongPurpose = await recovering.browser.submit(sent, { 'one-time-code': newest.code });
    assert.doesNotMatch(wrongPurpose.page.text, /Choose a new password/);
    const reset = await waitForMail(server.mail, person.email, 'reset_password');
    if (reset.code !== newest.code) {
      assert.equal((await one.browser.submit(resent, { 'one-time-code': reset.code })).location, undefined);
    }
    await server.sql(`update one_time_codes set expires_at = now() - interval '1 second' where purpose = 'sign_in'`);
    const expired = await one.browser.submit(resent, { 'one-time-code': newest.code });
    assert.match(expired.page.text, /has expired/);
    await server.sql(`update one_time_codes set expires_at = now() + interval '1 minute' where purpose = 'sign_in'`);
    assert.ok(
      (await one.journey.finish(arrived(await one.browser.submit(resent, { 'one-time-code': newest.code })))).id_token,
    );
  },

  'of twenty parallel tries with the right code one signs in': async (server: Fortress) => {
    const { person } = await signedUp(server);
    const { browser, page } = await atCode(server, person.email);
    const { code } = await waitForMail(server.mail, person.email, 'sign_in_code');
    const target = new URL(page.page.forms.find(({ action }) => action.endsWith('/submit'))?.action ?? '', page.url);
    const cookie = browser.jar.header(page.url) ?? '';
    const tries = Array.from({ length: 20 }, () =>
      fetch(target, { method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams({ code }) }),
    );
    const places = (await Promise.all(tries)).map((answer) => answer.headers.get('location') ?? String(answer.status));
    assert.equal(places.filter((place) => place.includes('/auth/')).length, 1, places.join(' '));
    assert.ok(
      places.every((place) => place !== '500'),
      places.join(' '),
    );
  },
};

besiege('guessing, on PostgreSQL', { file: CLIENTS }, stories);
besiege('guessing, with Redis', { file: CLIENTS, setUp: 'postgres + redis' }, stories);

besiege(
  'asking too often',
  {
    file: CLIENTS.replace(
      'requests_per_minute: 100000, messages_per_quarter_hour: 1000',
      'requests_per_minute: 12, messages_per_quarter_hour: 3',
    ),
  },
  {
    'mail to one address is limited, known or not, and the page says when to try again': async (server) => {
      const { person } = await signedUp(server);
      for (const email of [person.email, somebody().email]) {
        await server.sql('delete from ephemeral where key like any ($1)', [['%throttle:%', '%sends:%']]);
        const { browser, page } = await atCode(server, email);
        const third = await browser.submit(await browser.submit(page, {}, 'Send a new code'), {}, 'Send a new code');
        assert.doesNotMatch(third.page.text, TOO_MANY);
        const fourth = await browser.submit(third, {}, 'Send a new code');
        assert.match(fourth.page.text, TOO_MANY);
        assert.equal(fourth.headers.get('retry-after'), '900');
      }
    },

    'somebody who owes a proof of their mailbox and asks too often is told to wait': async (server) => {
      await server.sql('delete from ephemeral where key like $1', ['%throttle:%']);
      const { person } = await signedUp(server);
      await server.sql('update users set email_verified_at = null where email = $1', [person.email]);
      const answers: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        await server.sql('delete from ephemeral where key like $1', ['%throttle:%']);
        const { browser, page } = await atPassword(server, person.email);
        answers.push((await browser.submit(page, { 'current-password': person.password })).status);
      }
      assert.deepEqual(answers, [200, 200, 200, 429]);
    },

    'one address may not ask without end: 429 with Retry-After, and X-Forwarded-For does not help': async (server) => {
      const { browser, page } = await atPassword(server, somebody().email);
      const form = page.page.forms.find(({ action }) => action.endsWith('/submit'));
      const target = new URL(form?.action ?? '', page.url);
      let last: Answer | undefined;
      for (let n = 0; n < 14; n += 1)
        last = await browser.post(target, {}, { 'x-forwarded-for': `192.0.2.${n}`, forwarded: `for=192.0.2.${n}` });
      assert.equal(last?.status, 429);
      assert.equal(last?.headers.get('retry-after'), '60');
      assert.match(last?.page.text ?? '', /Too many tries/);
    },
  },
);
