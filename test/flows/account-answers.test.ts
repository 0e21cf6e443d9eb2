// needs: postgres
import assert from 'node:assert/strict';
import { accountOwner, letProofGrowOld, recorded } from '../support/account.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { browserFor, CLIENTS } from '../support/people.ts';

besiege(
  'what the account pages answer',
  { file: CLIENTS },
  {
    'who had to prove more is told that nothing was done yet, with what was typed still there': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      await letProofGrowOld(server, owner);
      const asked = await browser.submit(await page('privacy'), { sure: 'true' }, 'Delete my account');
      assert.match(asked.page.text, /Enter your password/);
      assert.doesNotMatch((await page('privacy')).page.text, /do it once more/, 'not before it is proven');
      const back = await browser.submit(asked, { 'current-password': person.password });
      assert.equal(back.url.pathname, '/account/privacy');
      assert.match(back.page.text, /It’s you\. Nothing has changed yet: now do it once more\./);
      assert.equal(await recorded(server, owner, 'user.deletion_requested'), 0);
      assert.match(back.body, /name="sure" value="true" checked/);
      assert.doesNotMatch((await page('privacy')).page.text, /do it once more/, 'once');
      const done = await browser.submit(back, {}, 'Delete my account');
      assert.match(done.page.text, /Your account will be deleted on/);
    },

    'who turns back from proving more is told nothing of it': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page } = owner;
      await letProofGrowOld(server, owner);
      const asked = await browser.submit(await page('privacy'), {}, 'Ask for a copy');
      const stopped = await browser.submit(asked, {}, 'Back to');
      assert.equal(stopped.url.pathname, '/account/privacy');
      assert.doesNotMatch(stopped.page.text, /do it once more/);
    },

    'after an error a profile is shown as it was typed, emptied fields too': async (server) => {
      const { browser, page, act } = await accountOwner(server);
      await act('profile', 'save', { given_name: 'Ada', family_name: 'Lovelace' });
      const wrong = await browser.submit(await page('profile'), { 'given-name': '', photo: 'bild' }, 'Save');
      assert.match(wrong.page.text, /begins with https/);
      assert.doesNotMatch(wrong.body, /value="Ada"/);
      assert.match(wrong.body, /value="Lovelace"/);
    },

    'the language chosen on the profile is the one that the pages speak': async (server) => {
      const { browser, page, act } = await accountOwner(server);
      const saved = await browser.submit(await page('profile'), { language: 'de' }, 'Save');
      assert.match(saved.page.text, /Ihr Profil Gespeichert\./);
      await act('profile', 'save', { locale: 'fr-CA' });
      assert.match((await page()).page.text, /Votre compte/);
      await act('profile', 'save', { locale: 'ja' });
      assert.match((await page()).page.text, /Votre compte/, 'there are no words for it');
    },

    'whoever is signed out by what they did has a way on': async (server) => {
      const { browser, page } = await accountOwner(server);
      const out = await browser.submit(await page('sessions'), {}, 'Sign out');
      assert.match(out.page.text, /You’re signed out/);
      const again = await browser.click(out, 'Sign in');
      assert.match(again.page.text, /Sign in to your account/);
      const other = browserFor(server.issuer);
      const expired = await other.get(`${server.issuer}/not-me/nothing`);
      assert.equal(expired.status, 400);
      assert.match((await other.click(expired, 'Sign in')).page.text, /Sign in to your account/);
    },

    'a link from a mail ends with a way on': async (server) => {
      const { browser, page, person } = await accountOwner(server);
      await browser.submit(await page('privacy'), { sure: 'true' }, 'Delete my account');
      const { link } = await waitForMail(server.mail, person.email, 'deletion_requested');
      const other = browserFor(server.issuer);
      const kept = await other.submit(await other.get(link));
      assert.match(kept.page.text, /Your account stays/);
      assert.match((await other.click(kept, 'Sign in')).page.text, /Sign in to your account/);
    },

    'other accounts are in the menu only where there are or can be any': async (server) => {
      const { page } = await accountOwner(server);
      const { body } = await page();
      assert.match(body, /href="\/account\/privacy"/);
      assert.doesNotMatch(body, /href="\/account\/identities"/);
      assert.equal((await page('identities')).status, 200, 'its address answers');
    },
  },
);
