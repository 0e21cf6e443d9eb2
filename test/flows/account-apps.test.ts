// needs: postgres
import assert from 'node:assert/strict';
import { accountOwner } from '../support/account.ts';
import { besiege } from '../support/fortress.ts';
import { autoApp, CLIENTS, oauthError, quotesApp } from '../support/people.ts';
import { errorOf, visit } from '../support/second-door.ts';

besiege(
  'what apps were allowed',
  { file: CLIENTS },
  {
    'an app that is taken back is out with the very next request: tokens, refresh and consent; the others stay': async (
      server,
    ) => {
      const owner = await accountOwner(server);
      const { browser, page } = owner;
      const [auto, quotes] = [
        await autoApp(server.issuer),
        await quotesApp(server.issuer, 'openid email offline_access'),
      ];
      const { first, tokens } = await visit(quotes, browser, { prompt: 'consent' });
      const held = await tokens(await browser.submit(first, {}, 'Allow'));
      assert.equal((await quotes.introspect(held.access_token)).active, true);
      assert.equal((await quotes.introspect(String(held.refresh_token))).active, true);
      assert.ok((await quotes.userInfo(held.access_token)).sub);

      const seen = await page('apps');
      assert.match(seen.page.text, /Quick Quotes .*e-mail address.* Last used/);
      const done = await browser.submit(seen, {}, 'Take back Quick Quotes');
      assert.deepEqual(await quotes.introspect(held.access_token), { active: false });
      assert.deepEqual(await quotes.introspect(String(held.refresh_token)), { active: false });
      await assert.rejects(quotes.refresh(String(held.refresh_token)), oauthError('invalid_grant'));
      const info = await fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${held.access_token}` } });
      assert.equal(info.status, 401);
      assert.equal(errorOf((await visit(quotes, browser, { prompt: 'none' })).first), 'consent_required');
      assert.match(done.page.text, /Auto Insurance/);
      assert.doesNotMatch(done.page.text, /Quick Quotes/);
      await assert.doesNotReject(auto.refresh(owner.refreshToken));
    },
  },
);
