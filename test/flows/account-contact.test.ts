// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { accountOwner, letProofGrowOld, recorded } from '../support/account.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { autoApp, browserFor, CLIENTS, signedUp, signIn, somebody } from '../support/people.ts';
import type { Answer } from '../support/rp.ts';
import { startSmsGateway, textedCode, textedLink } from '../support/sms-gateways.ts';

const gateway = await startSmsGateway('webhook');
after(gateway.close);

besiege(
  'address and number',
  {
    file: `${CLIENTS}\nsms: { countries: [DE], default_country: DE }\n`,
    env: { SMS_URL: gateway.url },
  },
  {
    'a new address counts once it is proven, and the old one can take it back': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      const other = somebody();
      const ask = await browser.submit(await page('profile'), {}, 'Change E-mail address');
      const same = await browser.submit(ask, { email: person.email });
      assert.match(same.page.text, /That is your address now/);
      const sent = await browser.submit(same, { email: other.email });
      assert.match((await page('profile')).page.text, new RegExp(person.email), 'not before it is proven');
      const { code } = await waitForMail(server.mail, other.email, 'verify_email');
      const done = await browser.submit(sent, { 'one-time-code': code });
      assert.equal(done.url.pathname, '/account/profile');
      assert.match(done.page.text, new RegExp(other.email));
      assert.equal(await recorded(server, owner, 'user.email_changed'), 1);
      await signIn(await autoApp(server.issuer), browserFor(server.issuer), { ...person, email: other.email });

      const { link } = await waitForMail(server.mail, person.email, 'email_changed');
      const old = browserFor(server.issuer);
      const asked = await old.get(link);
      assert.match(asked.page.text, /Take the change back/);
      assert.match((await page('profile')).page.text, new RegExp(other.email), 'opening the link does nothing');
      assert.match((await old.submit(asked)).page.text, /The change is taken back/);
      assert.equal((await old.submit(asked)).status, 400, 'once');
      assert.equal(await recorded(server, owner, 'user.contact_change_undone'), 1);
      const [user] = await server.sql<{ email: string; risk: string; verified: boolean }>(
        'select email, risk, email_verified_at is not null as verified from users where id = $1',
        [owner.userId],
      );
      assert.deepEqual(user, { email: person.email, risk: 'high', verified: true });
      await assert.rejects(
        signIn(await autoApp(server.issuer), browserFor(server.issuer), person),
        /not back at the app/,
      );
      assert.equal((await browser.get(`${server.issuer}/account`, { accept: 'application/json' })).status, 401);
    },

    'somebody else’s address is never said to be taken, and cannot be had': async (server) => {
      const owner = await accountOwner(server);
      const { person: victim } = await signedUp(server);
      const { browser, page } = owner;
      const asking = async (email: string) =>
        browser.submit(await browser.submit(await page('profile'), {}, 'Change E-mail address'), { email });
      // The countdown may have gone on by a second.
      const words = ({ page: { text } }: Answer) =>
        text.replace(/\S… @mail\.test/, 'the address').replace(/\b0:\d\d\b/, 'a moment');
      const free = await asking(somebody().email);
      const sent = await asking(victim.email);
      assert.match(words(free), /the address .*We sent it to this address/);
      assert.equal(words(sent), words(free), 'the page says the same as for an address that is free');
      await waitForMail(server.mail, victim.email, 'already_registered');
      for (const code of ['000000', '123456']) {
        assert.match((await browser.submit(sent, { 'one-time-code': code })).page.text, /That code isn’t right/);
      }
      assert.doesNotMatch((await page('profile')).page.text, new RegExp(victim.email));
    },

    'guesses at the code of an address are counted over every account that asks for it': async (server) => {
      const wanted = somebody().email;
      let heard = 0;
      for (let account = 0; account < 4; account += 1) {
        const { browser, page } = await accountOwner(server);
        const ask = await browser.submit(await page('profile'), {}, 'Change E-mail address');
        let answer = await browser.submit(ask, { email: wanted });
        for (let guess = 0; guess < 4; guess += 1) {
          answer = await browser.submit(answer, { 'one-time-code': '000000' });
          if (/isn’t right/.test(answer.page.text)) heard += 1;
        }
      }
      assert.ok(heard > 0 && heard <= 6, `${heard} guesses were heard`);
    },

    'a link that an intruder got by a change of their own takes nothing back from the owner': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      const [theirs, second] = [somebody(), somebody()];
      for (const { email } of [theirs, second]) {
        const ask = await browser.submit(await page('profile'), {}, 'Change E-mail address');
        const sent = await browser.submit(ask, { email });
        const { code } = await waitForMail(server.mail, email, 'verify_email');
        await browser.submit(sent, { 'one-time-code': code });
      }
      const first = await waitForMail(server.mail, person.email, 'email_changed');
      const intruders = await waitForMail(server.mail, theirs.email, 'email_changed');
      const old = browserFor(server.issuer);
      await old.submit(await old.get(first.link));
      assert.equal((await old.get(intruders.link)).status, 400);
      const [user] = await server.sql<{ email: string }>('select email from users where id = $1', [owner.userId]);
      assert.equal(user?.email, person.email);
    },

    'a number is proven before it counts; the old one hears of a change and can take it back': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      const [old, next] = ['+4930901820', '+4930901821'];
      for (const number of [old, next]) {
        const ask = await browser.submit(await page('profile'), {}, 'Phone number');
        const sent = await browser.submit(ask, { tel: number });
        const done = await browser.submit(sent, { 'one-time-code': await textedCode(gateway, number) });
        assert.match(done.page.text, new RegExp(number.replace('+', '\\+')));
      }
      assert.equal(await recorded(server, owner, 'user.phone_changed'), 2);
      const mailed = await waitForMail(server.mail, person.email, 'phone_changed');
      const link = await textedLink(gateway, old);
      assert.equal(link, mailed.link);
      const elsewhere = browserFor(server.issuer);
      await elsewhere.submit(await elsewhere.get(link));
      const [user] = await server.sql<{ phone: string }>('select phone from users where id = $1', [owner.userId]);
      assert.equal(user?.phone, old);
    },

    'with old proof neither changes': async (server) => {
      const owner = await accountOwner(server);
      await letProofGrowOld(server, owner);
      const asked = await owner.browser.submit(await owner.page('profile'), {}, 'Change E-mail address');
      assert.match(asked.page.text, /Enter your password/);
      const straight = await owner.browser.post(`${asked.url.href}/submit`, { email: somebody().email });
      assert.match(straight.page.text, /Enter your password/);
      assert.equal(await recorded(server, owner, 'user.email_changed'), 0);
    },
  },
);
