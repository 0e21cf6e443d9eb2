// needs: postgres redis
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autoApp, browserFor, CLIENTS, signedUp, signIn } from '../support/people.ts';
import { startBacking, startServer } from '../support/server.ts';

const CROWD = 240;

test('more passwords at once than can be checked in a second: some are told to come back (503), none is let in or lost', async (t) => {
  const backing = await startBacking('postgres + redis');
  t.after(backing.close);
  const server = await startServer({ backing, file: CLIENTS });
  t.after(server.stop);
  const { person } = await signedUp(server);
  const rp = await autoApp(server.issuer);

  const atThePassword = async (index: number) => {
    const browser = browserFor(server.issuer);
    const identify = await browser.get((await rp.start()).url);
    return { browser, page: await browser.submit(identify, { username: `nobody${index}@mail.test` }) };
  };
  const crowd = await Promise.all(Array.from({ length: CROWD }, (_, index) => atThePassword(index)));
  const answers = await Promise.all(
    crowd.map(({ browser, page }) => browser.submit(page, { 'current-password': 'a guess at the password' })),
  );
  const refused = answers.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0, 'the queue has an end');
  assert.ok(refused.length < CROWD, 'and a beginning');
  for (const { status, headers, page } of answers) {
    assert.ok(status === 200 || status === 503, String(status));
    if (status === 503) {
      assert.ok(Number(headers.get('retry-after')) > 0);
      assert.ok(
        page.links.some(({ href }) => href.startsWith('/interaction/')),
        'the way on is on the page',
      );
    }
  }
  assert.ok((await signIn(rp, browserFor(server.issuer), person)).access_token);
});
