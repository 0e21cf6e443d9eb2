// needs: postgres
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { within } from '../support/cli.ts';
import { enrollTotp } from '../support/enrolled.ts';
import { waitForMail } from '../support/mailbox.ts';
import { autoApp, register, somebody } from '../support/people.ts';
import { type Answer, createBrowser } from '../support/rp.ts';
import { errorOf, homeApp, visit } from '../support/second-door.ts';
import { signInThere, signUpThere, startTwins } from '../support/upstream/twins.ts';

const HOME = '\n  - { name: Home, mode: enforce, if: { client: [home] }, then: { require: [mfa] } }\n';
const TWO = '\n  - { name: Two, mode: enforce, then: { require: [mfa] } }\n';
const ASKS = /One more step for Home/;

test("a provider's second factor counts where the operator trusts it, and only there", async (t) => {
  const trusting = 'trust_mfa: { amr: [mfa], within: 1h }';
  const twins = await startTwins(t, { policies: HOME, upstreamPolicies: TWO, provider: trusting });
  const { house } = twins;
  const home = await homeApp(house.issuer);
  const browser = twins.browser();
  const { first, tokens } = await visit(home, browser);
  const { person, back } = await signUpThere(twins, browser, await browser.submit(first, {}, 'choice=acme'));
  const { done, recoveryCodes } = await enrollTotp(browser, back);
  const claims = (await tokens(done)).claims();
  assert.deepEqual([claims?.acr, claims?.amr], ['aal2', ['fed', 'mfa']]);

  /** As far as the house lets them, with both factors there. */
  async function again(): Promise<Answer> {
    const another = twins.browser();
    const { first: page } = await visit(home, another);
    const asked = await signInThere(another, await another.submit(page, {}, 'choice=acme'), person);
    const other = await another.submit(asked, {}, 'method=recovery-code');
    return another.submit(other, { 'one-time-code': recoveryCodes.pop() ?? '' });
  }
  assert.ok((await again()).location);

  house.reload(twins.fileWith(''));
  assert.ok(await within(3000, async () => ASKS.test((await again()).page.text)));

  // A word of it that nobody trusts, and one that is too old by the time it is told.
  house.reload(twins.fileWith('trust_mfa: { amr: [hwk], within: 1h }'));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.match((await again()).page.text, ASKS);
});

test('an identity is added to an account of somebody with a second factor only when that is proven', async (t) => {
  const twins = await startTwins(t, { policies: HOME });
  const { house } = twins;
  const [auto, home] = [await autoApp(house.issuer), await homeApp(house.issuer)];
  const owner = somebody();
  const own = createBrowser({ origins: [house.issuer] });
  await register(house, auto, own, owner);
  const { first } = await visit(home, own);
  const { recoveryCodes } = await enrollTotp(own, first);
  const linked = () => house.mail.messages().filter(({ text }) => text.includes('Added to your account: Acme'));

  /** Arrives by the provider with the owner's address, and signs in to the account that is there by its password. */
  async function come() {
    const browser = twins.browser();
    const { first: page, tokens } = await visit(auto, browser);
    const there = await browser.submit(page, {}, 'choice=acme');
    const stranger = { email: owner.email, password: 'what the owner never chose' };
    const { back } = await (linkedThere
      ? { back: await signInThere(browser, there, stranger) }
      : signUpThere(twins, browser, there, stranger));
    linkedThere = true;
    const asked = await browser.submit(back, { username: owner.email });
    return { browser, tokens, page: await browser.submit(asked, { 'current-password': owner.password }) };
  }
  let linkedThere = false;

  const { browser, tokens, page } = await come();
  assert.equal(page.location, undefined);
  assert.match(page.page.text, /authenticator app/i);
  assert.equal(linked().length, 0);
  const other = await browser.submit(page, {}, 'method=recovery-code');
  await tokens(await browser.submit(other, { 'one-time-code': recoveryCodes[0] ?? '' }));
  await waitForMail(house.mail, owner.email, 'identity_linked');
});

test('who comes by on a shared computer gets nothing added to another person’s account', async (t) => {
  const twins = await startTwins(t);
  const { house } = twins;
  const auto = await autoApp(house.issuer);
  const [taken, victim] = [somebody(), somebody()];
  for (const one of [taken, victim]) await register(house, auto, createBrowser({ origins: [house.issuer] }), one);
  const browser = twins.browser();
  const { first, tokens } = await visit(auto, browser);
  const there = await browser.submit(first, {}, 'choice=acme');
  const { back } = await signUpThere(twins, browser, there, { ...taken, password: 'an attacker sits here' });
  // Somebody else sits down and signs in as themselves.
  const asked = await browser.submit(back, { username: victim.email });
  const sub = (await tokens(await browser.submit(asked, { 'current-password': victim.password }))).claims()?.sub;
  const later = twins.browser();
  const again = await visit(auto, later);
  const page = await signInThere(later, await later.submit(again.first, {}, 'choice=acme'), {
    ...taken,
    password: 'an attacker sits here',
  });
  assert.equal(page.location, undefined);
  assert.match(page.page.text, /already/);
  assert.ok(sub);
});

test('a mail domain that the operator trusts a provider with links by itself, and is told of', async (t) => {
  const twins = await startTwins(t, { provider: 'trust_email: [mail.test], domains: [mail.test]' });
  const { house } = twins;
  const auto = await autoApp(house.issuer);
  const owner = somebody();
  // With their mail domain at home elsewhere they register here first.
  const sub = (await register(house, auto, createBrowser({ origins: [house.issuer] }), owner)).claims()?.sub;
  const browser = twins.browser();
  const { first, tokens } = await visit(auto, browser);
  const hinted = await visit(auto, twins.browser(), { domain_hint: 'mail.test' });
  assert.equal(hinted.first.url.origin, twins.upstream.issuer);
  const there = await browser.submit(first, { username: owner.email });
  assert.equal(there.url.origin, twins.upstream.issuer);
  const { back } = await signUpThere(twins, browser, there, { ...owner, password: 'something of its own there' });
  assert.equal((await tokens(back)).claims()?.sub, sub);
  await waitForMail(house.mail, owner.email, 'identity_linked');
});

test('a provider that is switched off lets nobody in, not even who is there at this moment', async (t) => {
  const twins = await startTwins(t);
  const auto = await autoApp(twins.house.issuer);
  const browser = twins.browser();
  const { first } = await visit(auto, browser);
  const there = await browser.submit(first, {}, 'choice=acme');
  twins.house.reload(twins.fileWith('enabled: false'));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { back } = await signUpThere(twins, browser, there);
  assert.equal(back.url.origin, twins.house.issuer);
  assert.equal(back.location, undefined);
  assert.doesNotMatch(back.page.text, /Continue with Acme/);
  assert.match(back.page.text, /can’t be reached just now.*E-mail address/);
});

test('sessions end together', async (t) => {
  const twins = await startTwins(t, { provider: 'sign_out_upstream: true' });
  const { house, upstream } = twins;
  const auto = await autoApp(house.issuer);

  async function signedIn(t: TestContext) {
    void t;
    const browser = twins.browser();
    const { first, tokens } = await visit(auto, browser);
    const there = await browser.submit(first, {}, 'choice=acme');
    const { person, back } = await signUpThere(twins, browser, there);
    return { browser, person, tokens: await tokens(back) };
  }
  const silent = async (browser: ReturnType<typeof twins.browser>) =>
    errorOf((await visit(auto, browser, { prompt: 'none' })).first);

  await t.test('signing out there signs out here', async (t) => {
    const { browser } = await signedIn(t);
    assert.equal(await silent(browser), undefined);
    const confirm = await browser.get(`${upstream.issuer}/session/end`);
    await browser.submit(confirm, {}, 'Sign out');
    assert.ok(await within(5000, async () => (await silent(browser)) === 'login_required'));
  });

  await t.test('signing out here leads on to there, and back to the app', async (t) => {
    const { browser, tokens } = await signedIn(t);
    const url = auto.logoutUrl({
      id_token_hint: String(tokens.id_token),
      post_logout_redirect_uri: 'http://auto.test/signed-out',
    });
    const there = await browser.submit(await browser.get(url), {}, 'Sign out');
    assert.equal(there.url.origin, upstream.issuer);
    const back = await browser.submit(there, {}, 'Sign out');
    assert.equal(back.location?.href, 'http://auto.test/signed-out');
    assert.equal(await silent(browser), 'login_required');
  });
});
