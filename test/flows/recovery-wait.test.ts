// needs: postgres
import assert from 'node:assert/strict';
import { recorded } from '../support/account.ts';
import { enrolled, laterCode, withPassword } from '../support/enrolled.ts';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { withPolicies } from '../support/second-door.ts';

const FILE = withPolicies(`
  - { name: Home, mode: enforce, if: { client: [home] }, then: { require: [mfa, { authenticator: [totp, recovery-code, waiting-period] }] } }
`).replace('settings:', 'settings:\n  account: { recovery_days: 7 }');

/** Somebody with an authenticator app who has lost it, at the page that asks for it; and their id. */
async function lost(server: Fortress) {
  const { person, home, key } = await enrolled(server);
  const [{ id: userId = '' } = { id: '' }] = await server.sql<{ id: string }>('select id from users where email = $1', [
    person.email,
  ]);
  const again = () => withPassword(server, home, person);
  const begin = async () => {
    const { browser, page, tokens } = await again();
    return { browser, tokens, page: await browser.submit(page, {}, 'method=waiting-period') };
  };
  return { person, userId, key, again, begin };
}

const daysPass = (server: Fortress, days: number) =>
  server.sql(
    'update recovery_waits set ready_at = ready_at - make_interval(days => $1), expires_at = expires_at - make_interval(days => $1)',
    [days],
  );

besiege(
  'waiting to be let in',
  { file: FILE },
  {
    'looking starts nothing; whoever waits is let in after the days, once, and their owner has heard of it': async (
      server,
    ) => {
      const { person, userId, begin } = await lost(server);
      const first = await begin();
      assert.match(first.page.page.text, /you can wait: 7 days/);
      await first.browser.get(first.page.url);
      assert.equal(await recorded(server, { userId }, 'recovery.requested'), 0);
      const waits = await first.browser.submit(first.page, {}, 'Start waiting');
      assert.match(waits.page.text, /You can go on here after/);
      const { text } = await waitForMail(server.mail, person.email, 'recovery_waiting');
      assert.match(text, /lost everything/);

      const early = await begin();
      assert.match(early.page.page.text, /You can go on here after/);
      await early.browser.post(`${early.page.url.href}/submit`, {});
      await assert.rejects(early.tokens(await early.browser.get(early.page.url)), /not back at the app/);

      await daysPass(server, 8);
      const over = await begin();
      assert.match(over.page.page.text, /The wait is over/);
      const claims = (await over.tokens(await over.browser.submit(over.page, {}, 'Continue'))).claims();
      assert.equal(claims?.acr, 'aal2');
      assert.equal(await recorded(server, { userId }, 'recovery.used'), 1);
      assert.match((await begin()).page.page.text, /you can wait: 7 days/, 'once');
    },

    'whoever reads the notice says no: nobody waits any more, and the password that was stolen is void': async (
      server,
    ) => {
      const { person, userId, begin, again } = await lost(server);
      const thief = await begin();
      await thief.browser.submit(thief.page, {}, 'Start waiting');
      const { link } = await waitForMail(server.mail, person.email, 'recovery_waiting');
      await thief.browser.submit(await thief.browser.get(link), {}, 'Sign me out everywhere');
      await daysPass(server, 8);
      const { page } = await again();
      assert.match(page.page.text, /don’t match/);
      const [{ n } = { n: 1 }] = await server.sql<{ n: number }>(
        'select count(*)::int as n from recovery_waits where user_id = $1',
        [userId],
      );
      assert.equal(n, 0);
    },

    'twenty at once when the days are over: one gets in': async (server) => {
      const { begin } = await lost(server);
      const first = await begin();
      await first.browser.submit(first.page, {}, 'Start waiting');
      await daysPass(server, 8);
      const one = await begin();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => one.browser.post(`${one.page.url.href}/submit`, {})),
      );
      assert.equal(answers.filter(({ location }) => location?.searchParams.has('code')).length, 1);
    },

    'what was waited for and not used is void after three days': async (server) => {
      const { begin } = await lost(server);
      const first = await begin();
      await first.browser.submit(first.page, {}, 'Start waiting');
      await daysPass(server, 11);
      assert.match((await begin()).page.page.text, /you can wait: 7 days/);
    },

    'while somebody waits, the app they find again still gets them in': async (server) => {
      const { key, begin, again } = await lost(server);
      const waiting = await begin();
      await waiting.browser.submit(waiting.page, {}, 'Start waiting');
      const { browser, page, tokens } = await again();
      assert.ok((await tokens(await browser.submit(page, { 'one-time-code': laterCode(key) }))).id_token);
      await daysPass(server, 8);
      const thief = await begin();
      assert.match(thief.page.page.text, /you can wait: 7 days/, 'nothing was lost, so nothing was waited for');
    },
  },
);
