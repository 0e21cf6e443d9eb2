// needs: postgres redis
import assert from 'node:assert/strict';
import { besiege } from '../support/fortress.ts';
import { browserFor, oauthError, quotesApp, signedUp } from '../support/people.ts';
import { errorOf, homeApp, visit, withPolicies } from '../support/second-door.ts';
import { onEverySetUp, type RunningServer } from '../support/server.ts';

const BLOCKED = `
  - name: Nobody enters the home
    mode: enforce
    if: { client: [home] }
    then: { block: true }
  - name: Nobody enters at all
    mode: report
    then: { block: true }
`;

onEverySetUp(withPolicies(BLOCKED), {
  'a blocked person sees a calm page with a reference, and the app hears of it when they go back': async (server) => {
    const { browser, person } = await signedUp(server);
    const { first } = await visit(await homeApp(server.issuer), browser);
    assert.match(first.page.text, /You can’t go on from here/);
    assert.match(first.page.text, /\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b/, 'a reference');
    assert.equal(errorOf(await browser.submit(first, {}, 'Back to Home Insurance')), 'access_denied');

    const stranger = browserFor(server.issuer);
    const identify = (await visit(await homeApp(server.issuer), stranger)).first;
    const password = await stranger.submit(identify, { username: person.email });
    const denied = await stranger.submit(password, { 'current-password': person.password });
    assert.match(denied.page.text, /You can’t go on from here/);
    const again = await stranger.get(denied.url);
    assert.deepEqual(references(again.page.text), references(denied.page.text), 'looking again is no new decision');
  },

  'prompt=none of a blocked person is access_denied, without a page': async (server) => {
    const { browser } = await signedUp(server);
    const { first } = await visit(await homeApp(server.issuer), browser, { prompt: 'none' });
    assert.equal(errorOf(first), 'access_denied');
  },

  'a policy in report mode does nothing': async (server) => {
    const { browser, rp } = await signedUp(server);
    const { first, tokens } = await visit(rp, browser);
    assert.ok((await tokens(first)).access_token);
  },
});

const LATER = (policies: string) => withPolicies(policies);
const ALLOWED = '  - { name: Off, mode: off, then: { block: true } }';
const SHUT = '  - { name: Shut, mode: enforce, if: { client: [auto] }, then: { block: true } }';

besiege(
  'policies that change',
  { file: LATER(ALLOWED) },
  {
    'a policy that is turned on ends sessions, refresh, introspection and userinfo within a second': async (server) => {
      const { browser, rp, tokens } = await signedUp(server);
      const fresh = await rp.refresh(tokens.refresh_token ?? '');
      assert.ok((await rp.userInfo(fresh.access_token)).sub);

      await reload(server, LATER(SHUT), async () => {
        const { first } = await visit(rp, browser, { prompt: 'none' });
        return errorOf(first) === 'access_denied';
      });
      await assert.rejects(rp.refresh(fresh.refresh_token ?? ''), oauthError('invalid_grant'));
      await assert.rejects(rp.userInfo(fresh.access_token));

      await reload(server, LATER(ALLOWED), async () => {
        const { first } = await visit(rp, browser, { prompt: 'none' });
        return errorOf(first) === undefined;
      });
      assert.ok((await rp.userInfo(fresh.access_token)).sub, 'nothing was taken that is not given back');
    },
  },
);

besiege(
  'what policies ask of people',
  {
    file: withPolicies(
      `
  - name: The home wants to be sure
    mode: enforce
    if: { client: [home] }
    then: { require: [{ fresh: 1s }] }
  - name: Terms of the house
    mode: enforce
    if: { client: [quotes] }
    then: { require: [{ terms: house }] }
`,
      'terms:\n  - { id: house, version: "1", title: House rules, uri: "https://house.test/terms" }\n',
    ),
  },
  {
    'new proof is asked of the person who is signed in, and of nobody else': async (server) => {
      const { browser, person } = await signedUp(server);
      await new Promise((resolve) => setTimeout(resolve, 2100));
      const silent = await visit(await homeApp(server.issuer), browser, { prompt: 'none' });
      assert.equal(errorOf(silent.first), 'interaction_required');
      const { first, tokens } = await visit(await homeApp(server.issuer), browser);
      assert.match(first.page.text, /Enter your password/);
      const done = await browser.submit(first, { 'current-password': person.password });
      const claims = (await tokens(done)).claims();
      assert.deepEqual(claims?.amr, ['otp', 'pwd', 'mfa'], 'what was proven before still stands');
    },

    'terms that a policy names are asked for, once': async (server) => {
      const { browser } = await signedUp(server);
      const quotes = await quotesApp(server.issuer);
      const { first, tokens } = await visit(quotes, browser);
      assert.match(first.page.text, /House rules/);
      const refused = await browser.submit(first);
      assert.match(refused.page.text, /House rules/, 'not without accepting');
      const consent = await browser.submit(refused, { 'terms.house': 'true' });
      const done = await browser.submit(consent, {}, 'Allow');
      assert.ok((await tokens(done)).id_token);
      const again = await visit(quotes, browser);
      assert.ok(await again.tokens(again.first));
    },
  },
);

function references(text: string): string[] {
  return text.match(/\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b/g) ?? [];
}

/** SIGHUP with another file, then until it is so: the guarantee is one second. */
async function reload(server: RunningServer, file: string, isSo: () => Promise<boolean>): Promise<void> {
  server.reload(file);
  const end = Date.now() + 5000;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, 'the change was not in force in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
