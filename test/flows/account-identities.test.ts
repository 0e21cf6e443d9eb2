// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { startSocialAccount } from '../../examples/social-account.ts';
import { accountOwner, letProofGrowOld, type Owner, ownerIn, recorded } from '../support/account.ts';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { CLIENTS } from '../support/people.ts';
import { type Answer, type Browser, createBrowser } from '../support/rp.ts';

const social = await startSocialAccount({ name: 'Chirrup', port: 0 });
after(social.close);

const FILE = `${CLIENTS}
identity_providers:
  - { id: chirrup, type: oidc, display_name: Chirrup, issuer: "${social.issuer}", client_id: house, token_endpoint_auth_method: none }
`;

/** The same browser, which goes to Chirrup and back by itself. */
async function travelling(server: Fortress): Promise<Owner> {
  const owner = await accountOwner(server);
  const browser = createBrowser({ origins: [server.issuer, social.issuer], jar: owner.browser.jar });
  return { ...owner, ...ownerIn(server, browser) };
}

/** There and back, and yes to what came back. */
async function add({ browser, page }: Owner, name: string): Promise<Answer> {
  const there = await browser.submit(await page('identities'), {}, 'Add Chirrup');
  assert.equal(there.url.origin, social.issuer);
  return confirmed(browser, await browser.submit(there, { name, email: `${name}@chirrup.example` }));
}

function confirmed(browser: Browser, asked: Answer): Promise<Answer> | Answer {
  return /Add this account/.test(asked.page.text) ? browser.submit(asked, {}, 'Add it') : asked;
}

const signInWith = async (server: Fortress, name: string): Promise<Answer> => {
  const browser: Browser = createBrowser({ origins: [server.issuer, social.issuer] });
  const there = await browser.submit(await browser.get(`${server.issuer}/account`), {}, 'choice=chirrup');
  return browser.submit(there, { name, email: `${name}@chirrup.example` });
};

besiege(
  'accounts elsewhere',
  { file: FILE, env: { OUTBOUND_ALLOW: new URL(social.issuer).host } },
  {
    'one is added, gets its owner in, and is taken away: told by mail and written down once each': async (server) => {
      const owner = await travelling(server);
      const back = await add(owner, 'wren');
      assert.equal(back.url.pathname, '/account/identities');
      assert.match(back.page.text, /Chirrup wren@chirrup.example/);
      await waitForMail(server.mail, owner.person.email, 'identity_linked');
      const inside = await signInWith(server, 'wren');
      assert.match(inside.page.text, new RegExp(owner.person.email));

      const gone = await owner.browser.submit(back, {}, 'Remove Chirrup');
      assert.match(gone.page.text, /You can no longer sign in with it/);
      await waitForMail(server.mail, owner.person.email, 'identity_unlinked');
      for (const type of ['identity.linked', 'identity.unlinked']) assert.equal(await recorded(server, owner, type), 1);
    },

    'one that is somebody else’s is not had, one that is had already is said to be, and both can be left': async (
      server,
    ) => {
      const [one, other] = [await travelling(server), await travelling(server)];
      await add(one, 'robin');
      const again = await add(one, 'robin');
      assert.match(again.page.text, /linked already/);
      const home = await one.browser.submit(again, {}, 'Back to');
      assert.equal(home.url.pathname, '/account/identities');
      const taken = await add(other, 'robin');
      assert.match(taken.page.text, /belongs to somebody else/);
      const retried = await other.browser.submit(taken, {}, 'Continue with Chirrup');
      const found = await other.browser.submit(retried, { name: 'finch', email: 'finch@chirrup.example' });
      const done = await confirmed(other.browser, found);
      assert.equal(done.url.pathname, '/account/identities');
      assert.deepEqual(
        ((await other.model('identities')).identities as { email: string }[]).map(({ email }) => email),
        ['finch@chirrup.example'],
      );
    },

    'on old proof nothing is added, wherever somebody has been': async (server) => {
      const owner = await travelling(server);
      await letProofGrowOld(server, owner);
      const asked = await owner.browser.submit(await owner.page('identities'), {}, 'Add Chirrup');
      assert.match(asked.page.text, /Enter your password/);
      const there = await owner.browser.submit(asked, { 'current-password': owner.person.password });
      assert.equal(there.url.origin, social.issuer, 'it goes on where it was');
      const found = await owner.browser.submit(there, { name: 'crane', email: 'crane@chirrup.example' });
      const back = await confirmed(owner.browser, found);
      assert.equal(back.url.pathname, '/account/identities');
    },

    'an address that any site can lead to adds nothing by itself, and there they are asked who they are': async (
      server,
    ) => {
      const owner = await travelling(server);
      const { browser } = owner;
      const address = new URL(`${server.issuer}/auth`);
      const standing = { client_id: 'account', redirect_uri: `${server.issuer}/account/return`, response_type: 'code' };
      const secret = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
      const asked = { ...standing, ...secret, scope: 'openid', state: 'identities', purpose: 'link:chirrup' };
      for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
      const there = await browser.get(address, { 'sec-fetch-site': 'cross-site' });
      assert.equal(there.url.origin, social.issuer);
      assert.equal(there.url.searchParams.get('prompt'), 'login', 'whoever was signed in there does not do');
      const back = await browser.submit(there, { name: 'mallory', email: 'mallory@chirrup.example' });
      assert.match(back.page.text, /Add this account\?.*mallory/);
      assert.equal((await browser.get(back.url)).url.href, back.url.href, 'a look changes nothing');
      assert.deepEqual((await owner.model('identities')).identities, []);
      const forged = await browser.post(`${back.url.href}/submit`, {}, { 'sec-fetch-site': 'cross-site' });
      assert.equal(forged.status, 403);
      const left = await browser.submit(back, {}, 'Back to');
      assert.equal(left.url.pathname, '/account/identities');
      assert.deepEqual((await owner.model('identities')).identities, []);
    },

    'what was brought back is nothing to a browser that did not leave': async (server) => {
      const owner = await travelling(server);
      const there = await owner.browser.submit(await owner.page('identities'), {}, 'Add Chirrup');
      const thief = createBrowser({ origins: [social.issuer] });
      const carried = await thief.submit(there, { name: 'magpie', email: 'magpie@chirrup.example' });
      assert.ok(carried.location);
      const stranger = await travelling(server);
      const answer = await stranger.browser.get(carried.location ?? '');
      assert.notEqual(answer.url.pathname, '/account/identities');
      for (const { model } of [owner, stranger]) assert.deepEqual((await model('identities')).identities, []);
    },
  },
);
