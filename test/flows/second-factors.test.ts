// needs: postgres redis
import assert from 'node:assert/strict';
import { enrolled, laterCode, withPassword } from '../support/enrolled.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { createKey, newKey } from '../support/passkey-page.ts';
import { autoApp, browserFor, signedUp, signIn } from '../support/people.ts';
import { errorOf, homeApp, visit, withPolicies } from '../support/second-door.ts';
import { onEverySetUp } from '../support/server.ts';
import { keyOn, totpCode } from '../support/totp.ts';

const STRONG = '{ authenticator: [totp, webauthn, recovery-code, access-pass] }';
const FILE = withPolicies(`
  - { name: Home, mode: enforce, if: { client: [home] }, then: { require: [mfa, ${STRONG}] } }
`);

onEverySetUp(FILE, {
  'somebody signed in for one app is asked only for the second factor by the next, and the tokens say so': async (
    server,
  ) => {
    const { browser, rp } = await signedUp(server);
    const home = await homeApp(server.issuer);
    const silent = await visit(home, browser, { prompt: 'none' });
    assert.equal(errorOf(silent.first), 'interaction_required');
    const { first, tokens } = await visit(home, browser);
    assert.match(first.page.text, /One more step for Home Insurance/);
    const page = await browser.submit(first, {}, 'method=totp');
    const wrong = await browser.submit(page, { 'one-time-code': '000000' });
    assert.equal(keyOn(wrong.page.text), keyOn(page.page.text), 'a wrong code keeps the key');
    const codes = await browser.submit(wrong, { 'one-time-code': totpCode(keyOn(page.page.text)) });
    const reloaded = await browser.get(codes.url);
    assert.equal(reloaded.page.text, codes.page.text, 'reloading loses no recovery code');
    const claims = (await tokens(await browser.submit(codes))).claims();
    assert.equal(claims?.acr, 'aal2');
    assert.deepEqual(claims?.amr, ['otp', 'mfa']);

    const again = await visit(home, browser);
    assert.ok((await again.tokens(again.first)).refresh_token, 'and never again in this session');
    const first2 = await visit(rp, browser);
    assert.equal((await first2.tokens(first2.first)).claims()?.acr, 'aal2', 'the first app is told the truth, too');
  },

  'the code of an app that was enrolled is asked for, once, and the mail about it came': async (server) => {
    const { person, home, key, spent: confirming } = await enrolled(server);
    await waitForMail(server.mail, person.email, 'factor_added');
    const { browser, page, tokens } = await withPassword(server, home, person);
    assert.match(page.page.text, /Enter the code from your app/);
    const spent = await browser.submit(page, { 'one-time-code': confirming });
    assert.match(
      spent.page.text,
      /That code isn’t right, or was used already/,
      'the code that confirmed the enrolment is spent',
    );
    const claims = (await tokens(await browser.submit(spent, { 'one-time-code': laterCode(key) }))).claims();
    assert.deepEqual(claims?.amr, ['pwd', 'otp', 'mfa']);
  },

  'a recovery code gets in once, in any spelling': async (server) => {
    const { person, home, recoveryCodes } = await enrolled(server);
    assert.equal(recoveryCodes.length, 10);
    const code = (recoveryCodes[3] ?? '').toUpperCase().replaceAll('-', ' ');
    const first = await withPassword(server, home, person);
    const other = await first.browser.submit(first.page, {}, 'method=recovery-code');
    const claims = (await first.tokens(await first.browser.submit(other, { 'one-time-code': code }))).claims();
    assert.equal(claims?.acr, 'aal2');
    const second = await withPassword(server, home, person);
    const spent = await second.browser.submit(second.page, {}, 'method=recovery-code');
    const refused = await second.browser.submit(spent, { 'one-time-code': code });
    await assert.rejects(second.tokens(refused), /not back at the app/);
  },

  'twenty at once with one recovery code: one gets in': async (server) => {
    const { person, home, recoveryCodes } = await enrolled(server);
    const one = await withPassword(server, home, person);
    const page = await one.browser.submit(one.page, {}, 'method=recovery-code');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => one.browser.post(`${page.url.href}/submit`, { code: recoveryCodes[0] ?? '' })),
    );
    assert.equal(answers.filter(({ location }) => location?.searchParams.has('code')).length, 1);
  },

  'whoever was not asked to add it locks everybody out, and takes a first factor away': async (server) => {
    const { person, browser, rp, tokens } = await signedUp(server);
    const home = await homeApp(server.issuer);
    const { first } = await visit(home, browser);
    const page = await browser.submit(first, {}, 'method=totp');
    await browser.submit(page, { 'one-time-code': totpCode(keyOn(page.page.text)) });
    const { link } = await waitForMail(server.mail, person.email, 'factor_added');
    const owner = browserFor(server.issuer);
    const asked = await owner.get(link);
    assert.match(asked.page.text, /Was it not you/);
    await assert.doesNotReject(rp.refresh(tokens.refresh_token ?? ''), 'opening the link does nothing');
    const done = await owner.submit(asked);
    assert.match(done.page.text, /signed out everywhere/);
    assert.equal((await owner.submit(asked)).status, 400, 'once');
    assert.equal(errorOf((await visit(rp, browser, { prompt: 'none' })).first), 'login_required');
    await assert.rejects(signIn(rp, browserFor(server.issuer), person), /not back at the app/, 'the password is void');
  },
});

besiege(
  'adding a key',
  {
    file: withPolicies(`
  - { name: Home, mode: enforce, if: { client: [home] }, then: { require: [mfa, ${STRONG}] } }
`),
  },
  {
    'a key is added only after the app one has was proven, and the old session goes on with it': async (server) => {
      const { person, key } = await enrolled(server);
      const auto = await autoApp(server.issuer);
      const browser = browserFor(server.issuer);
      await signIn(auto, browser, person);
      const { first, tokens } = await visit(auto, browser, { acr_values: 'phr' });
      assert.match(first.page.text, /Enter the code from your app/, 'what they have comes before what they add');
      const choose = await browser.submit(first, { 'one-time-code': laterCode(key) });
      assert.match(choose.page.text, /One more step/);
      const page = await browser.submit(choose, {}, 'method=webauthn');
      const done = await createKey(browser, page, newKey(server.issuer));
      const claims = (await tokens(done)).claims();
      assert.equal(claims?.acr, 'phr');
      assert.ok(JSON.stringify(claims?.amr).includes('mfa'));
    },
  },
);

besiege(
  'a browser that is trusted',
  {
    file: withPolicies(
      `
  - name: Home
    mode: enforce
    if: { client: [home] }
    then: { require: [mfa], session: { trust_device: 30d, persistent: false } }
  - { name: Leaked, mode: enforce, if: { group: [leaked] }, then: { require: [password_change] } }
`,
      'groups: [{ id: leaked }]',
    ),
  },
  {
    'a trusted browser is spared the second factor, its tokens say aal1, and elsewhere it is asked': async (server) => {
      const { person, home, key } = await (async () => {
        const { person: owner } = await signedUp(server);
        const app = await homeApp(server.issuer);
        const stepped = await withPassword(server, app, owner);
        const { code } = await waitForMail(server.mail, owner.email, 'second_factor_code');
        const done = await stepped.browser.submit(stepped.page, { 'one-time-code': code, trust: 'true' });
        assert.equal((await stepped.tokens(done)).claims()?.acr, 'aal2');
        return { person: owner, home: app, key: stepped.browser };
      })();
      const trusted = await visit(home, key, { prompt: 'login' });
      const done = await key.submit(trusted.first, { 'current-password': person.password });
      assert.ok((await trusted.tokens(done)).id_token, 'the password is enough here');
      const elsewhere = await withPassword(server, home, person);
      assert.match(elsewhere.page.page.text, /code we sent/i);
      const asked = await visit(home, key, { prompt: 'login', acr_values: 'aal2' });
      const more = await key.submit(asked.first, { 'current-password': person.password });
      assert.match(more.page.text, /code we sent/i, 'trust is no answer to an app that asks for more');
    },

    'somebody who is signed in and has to change their password goes on with the new one': async (server) => {
      const { person, browser, rp } = await signedUp(server);
      await server.sql("update users set groups = '{leaked}' where email = $1", [person.email]);
      await server.sql(
        "update passwords set changed_at = now() - interval '1 day' where user_id = (select id from users where email = $1)",
        [person.email],
      );
      // What was proven in the very second of the change would still count.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const { first, tokens } = await visit(rp, browser);
      assert.match(first.page.text, /new password/i);
      const password = 'nine quiet boats at the pier';
      const changed = await browser.submit(first, { 'new-password': password });
      assert.match(changed.page.text, /Enter your password/);
      assert.ok((await tokens(await browser.submit(changed, { 'current-password': password }))).id_token);
    },

    'the trust ends with the password, also in the sign-in that changes it': async (server) => {
      const { person } = await signedUp(server);
      const home = await homeApp(server.issuer);
      const { browser, page, tokens } = await withPassword(server, home, person);
      const { code } = await waitForMail(server.mail, person.email, 'second_factor_code');
      await tokens(await browser.submit(page, { 'one-time-code': code, trust: 'true' }));
      await server.sql("update users set groups = '{leaked}' where email = $1", [person.email]);
      await server.sql(
        "update passwords set changed_at = now() - interval '1 day' where user_id = (select id from users where email = $1)",
        [person.email],
      );
      const again = await visit(home, browser, { prompt: 'login' });
      const choose = await browser.submit(again.first, { 'current-password': person.password });
      assert.match(choose.page.text, /new password/i);
      const changed = await browser.submit(choose, { 'new-password': 'nine quiet boats at the pier' });
      assert.equal(changed.location, undefined);
      assert.match(changed.page.text, /code we sent|send.*code/i);
    },
  },
);
