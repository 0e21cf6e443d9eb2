// needs: postgres
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enrollTotp } from '../support/enrolled.ts';
import { waitForMail } from '../support/mailbox.ts';
import { arrived, autoApp, register, somebody } from '../support/people.ts';
import { createBrowser } from '../support/rp.ts';
import { homeApp, visit } from '../support/second-door.ts';
import { signInThere, signUpThere, startTwins } from '../support/upstream/twins.ts';

const POLICIES = `
  - { name: Home, mode: enforce, if: { client: [home] }, then: { require: [mfa] } }
`;

test('somebody of another provider', async (t) => {
  const twins = await startTwins(t, { policies: POLICIES });
  const { house } = twins;
  const auto = await autoApp(house.issuer);
  const home = await homeApp(house.issuer);

  await t.test('is sent there, comes back, has an account made, and is the same person the next time', async () => {
    const browser = twins.browser();
    const { first, tokens } = await visit(auto, browser);
    const there = await browser.submit(first, {}, 'choice=acme');
    assert.equal(there.url.origin, twins.upstream.issuer);
    const { person, back } = await signUpThere(twins, browser, there);
    const claims = (await tokens(back)).claims();
    assert.deepEqual([claims?.acr, claims?.amr], ['aal1', ['fed']]);
    assert.deepEqual([claims?.email, claims?.email_verified], [person.email, true]);

    const another = twins.browser();
    const again = await visit(auto, another);
    const page = await another.submit(again.first, {}, 'choice=acme');
    const later = (await again.tokens(await signInThere(another, page, person))).claims();
    assert.equal(later?.sub, claims?.sub);
  });

  await t.test('meets the second door like anybody else', async () => {
    const browser = twins.browser();
    const { first, tokens } = await visit(home, browser);
    const { back } = await signUpThere(twins, browser, await browser.submit(first, {}, 'choice=acme'));
    assert.equal(back.location, undefined);
    const { done } = await enrollTotp(browser, back);
    const claims = (await tokens(done)).claims();
    assert.deepEqual([claims?.acr, claims?.amr], ['aal2', ['fed', 'otp', 'mfa']]);
  });

  await t.test(
    'with an address that has an account proves that it is theirs, and only then is one added to the other',
    async () => {
      const browser = twins.browser();
      const owner = somebody();
      const own = (await register(house, auto, createBrowser({ origins: [house.issuer] }), owner)).claims();
      const { first, tokens } = await visit(auto, browser);
      const there = await browser.submit(first, {}, 'choice=acme');
      const { back } = await signUpThere(twins, browser, there, { ...owner, password: 'another one entirely' });
      assert.equal(back.location, undefined);
      assert.match(back.page.text, /already.*Acme is added/);
      const asked = await browser.submit(back, { username: owner.email });
      const wrong = await browser.submit(asked, { 'current-password': 'another one entirely' });
      assert.equal(wrong.location, undefined);
      const done = await browser.submit(wrong, { 'current-password': owner.password });
      assert.equal((await tokens(done)).claims()?.sub, own?.sub);
      const mail = await waitForMail(house.mail, owner.email, 'identity_linked');
      assert.match(mail.text, /Acme/);

      const later = twins.browser();
      const again = await visit(auto, later);
      const page = await later.submit(again.first, {}, 'choice=acme');
      const back2 = await signInThere(later, page, { ...owner, password: 'another one entirely' });
      assert.equal((await again.tokens(back2)).claims()?.sub, own?.sub);
    },
  );

  await t.test('who says no there chooses another way here', async () => {
    const browser = twins.browser();
    const { first } = await visit(auto, browser);
    const there = await browser.submit(first, {}, 'choice=acme');
    const back = await browser.submit(there, {}, 'Back to The House');
    assert.equal(back.url.origin, house.issuer);
    assert.match(back.page.text, /didn’t finish there/);
    const asked = await browser.submit(back, { username: somebody().email });
    assert.match(asked.page.text, /password/i);
  });

  await t.test('is sent there at once where the app says so', async () => {
    for (const hint of [{ idp_hint: 'acme' }, { prompt: 'login', idp_hint: 'acme' }]) {
      const browser = twins.browser();
      const { first } = await visit(auto, browser, hint);
      assert.equal(first.url.origin, twins.upstream.issuer);
    }
    const { first } = await visit(auto, twins.browser(), { idp_hint: 'nobody' });
    assert.equal(first.url.origin, house.issuer);
  });

  await t.test('comes back once, in the browser that left, also in parallel', async () => {
    const browser = twins.browser();
    const { first } = await visit(auto, browser);
    const there = await browser.submit(first, {}, 'choice=acme');
    // The same browser, which stops at the house's door.
    const stopping = createBrowser({ origins: [twins.upstream.issuer], jar: browser.jar });
    const { back } = await signUpThere(twins, stopping, there);
    const callback = arrived(back);
    assert.equal(`${callback.origin}${callback.pathname}`, `${house.issuer}/federation/callback`);
    const stranger = createBrowser({ origins: [] });
    const tries = await Promise.all(Array.from({ length: 20 }, () => stranger.get(callback)));
    const tickets = tries.flatMap(({ location }) => location ?? []);
    assert.equal(tickets.length, 1);
    assert.deepEqual([...new Set(tries.map(({ status }) => status))].sort(), [303, 400]);
    const elsewhere = await createBrowser({ origins: [house.issuer] }).get(tickets[0] ?? '');
    assert.equal(elsewhere.status, 400);
    const taken = await Promise.all(Array.from({ length: 20 }, () => browser.get(tickets[0] ?? '')));
    assert.equal(taken.filter(({ location }) => location !== undefined).length, 1);
  });
});
