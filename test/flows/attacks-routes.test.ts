// needs: postgres
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { accountOwner } from '../support/account.ts';
import { belongings, idsOf, withEverything } from '../support/account-belongings.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { CLIENTS } from '../support/people.ts';

interface Route {
  method: string;
  path: string;
}

const VIEW = /\$\{view\}/;

/** Everything that our own pages answer, as it stands in the code; `view` is whatever the file names so. */
const routes: Route[] = globSync('src/web/*.ts').flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  const views = [...text.matchAll(/\bview: '([a-z-]+)'/g)].map(([, view = '']) => view);
  return [...text.matchAll(/router\.(get|post)\(\s*['`]([^'`]+)['`]/g)].flatMap(([, method = '', path = '']) =>
    (VIEW.test(path) ? views.map((view) => path.replace(VIEW, view)) : [path]).map((one) => ({
      method: method.toUpperCase(),
      path: one,
    })),
  );
});

besiege(
  'every route of ours, walked by one person with what is another’s',
  { file: CLIENTS },
  {
    'nothing of theirs is shown, and nothing of theirs changes': async (server) => {
      assert.ok(routes.length > 20 && routes.some(({ path }) => path === '/undo/:token'), JSON.stringify(routes));
      const victim = await withEverything(server);
      // A sign-in of theirs that is under way, and a link they were mailed, as far as its address can be known.
      const open = await victim.browser.submit(await victim.page('profile'), {}, 'Change E-mail address');
      const { link } = await waitForMail(server.mail, victim.person.email, 'factor_added');
      const known = [open.url.pathname.split('/')[2] ?? '', new URL(link).pathname.split('/')[2]?.split('.')[0] ?? ''];
      const ids = [...(await idsOf(victim)), ...known];
      assert.ok(known.every((one) => one.length > 15));
      const before = await belongings(server, victim);
      const secrets = [victim.person.email, '+4930901811'];
      let attacker = await accountOwner(server);
      for (const { method, path } of routes) {
        for (const id of path.includes(':') ? ids : ['']) {
          const address = path
            .replace(/:(section|provider)/, 'security')
            .replace(':verb', 'submit')
            .replace(':file', 'export')
            .replace(/:\w+/, encodeURIComponent(id));
          const query = new URLSearchParams({ id, user_id: victim.userId, uid: known[0] ?? '', ticket: id, token: id });
          const url = `${server.issuer}${address}?${query}`;
          const fields = { id, user_id: victim.userId, email: victim.person.email, code: '000000', new_password: id };
          const { browser } = attacker;
          const answer = method === 'GET' ? await browser.get(url) : await browser.post(url, fields);
          assert.ok(answer.status < 500, `${method} ${address}: ${answer.status}`);
          // What was sent may be shown again to whoever sent it.
          const shown = answer.body.replaceAll(encodeURIComponent(victim.person.email), '');
          for (const secret of secrets) assert.ok(!shown.includes(secret), `${method} ${address} shows ${secret}`);
        }
        if (path.startsWith('/account')) attacker = await accountOwner(server);
      }
      assert.deepEqual(await belongings(server, victim), before);
      assert.ok(await victim.model('overview'), 'and they are still signed in');
      const asked = await victim.browser.get(open.url);
      assert.equal(asked.page.text, open.page.text, 'and where they were');
    },
  },
);
