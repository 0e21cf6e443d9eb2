// needs: postgres redis
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { besiege, type Fortress, type Story } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { autoApp, register, somebody } from '../support/people.ts';
import { type Answer, type Browser, createBrowser } from '../support/rp.ts';
import { homeApp, visit, withPolicies } from '../support/second-door.ts';
import { challengeOn, solve } from '../support/solve-challenge.ts';

const ASKED = /not a robot/;
const FILE = withPolicies(`
  - name: The home wants two kinds of proof
    mode: enforce
    if: { client: [home] }
    then: { require: [mfa] }
`);
const withCheck = (check: string) => FILE.replace(/bot_check: .*/, `bot_check: ${check}`);
const env = { TRUSTED_PROXIES: '127.0.0.0/8,::1/128' };

let networks = 0;

/** Somebody's browser in a network where nobody has been yet. */
function newcomer({ issuer }: Fortress, network = `198.51.100.${++networks}`): Browser {
  return createBrowser({ origins: [issuer], headers: { 'x-forwarded-for': network } });
}

/** At the page for a forgotten password. */
async function forgetful(server: Fortress, browser: Browser) {
  const { first } = await visit(await autoApp(server.issuer), browser);
  const page = await browser.submit(first, { username: somebody().email });
  return browser.submit(page, {}, 'Forgot password?');
}

/** Three people of one network have forgotten their password: the number that needs no check. */
async function raised(server: Fortress): Promise<string> {
  const network = `198.51.100.${++networks}`;
  for (let n = 0; n < 3; n += 1) {
    const browser = newcomer(server, network);
    const page = await forgetful(server, browser);
    assert.equal(challengeOn(page.body), undefined);
    const sent = await browser.submit(page, { username: somebody().email });
    assert.doesNotMatch(sent.page.text, ASKED);
  }
  return network;
}

async function registering(server: Fortress, browser: Browser): Promise<Answer> {
  const { first } = await visit(await autoApp(server.issuer), browser, { prompt: 'create' });
  return first;
}

const mailsTo = ({ mail }: Fortress, addresses: readonly string[]) =>
  mail.messages().filter(({ to }) => addresses.includes(to)).length;

/** As long as a mail takes here, and more. */
const longEnough = () => sleep(500);

const stories: Record<string, Story> = {
  'the message after the last free one needs a check, whoever it is for; another network does not': async (server) => {
    const network = await raised(server);
    const browser = newcomer(server, network);
    const { person } = await member(server);
    const page = await forgetful(server, browser);
    const refused = await browser.submit(page, { username: person.email });
    assert.match(refused.page.text, ASKED);
    assert.match(refused.body, new RegExp(`value="${person.email}"`), 'what was typed stays');
    await longEnough();
    assert.equal(mailsTo(server, [person.email]), 1, 'only that of the registration');

    const answer = await solve(challengeOn(refused.body));
    const sent = await browser.submit(refused, { username: person.email, bot_check: answer });
    assert.match(sent.page.text, /code is on its way/);
    await waitForMail(server.mail, person.email, 'reset_password');

    const elsewhere = newcomer(server);
    const free = await elsewhere.submit(await forgetful(server, elsewhere), { username: somebody().email });
    assert.match(free.page.text, /code is on its way/);
  },

  'a page that will need a check carries it at once; a sign-in by password never meets one': async (server) => {
    const { person } = await member(server);
    const network = await raised(server);
    const browser = newcomer(server, network);
    const page = await registering(server, browser);
    assert.ok(challengeOn(page.body));
    assert.match(page.body, /<script type="module" src="\/assets\/bot-check-/);
    assert.equal(page.page.text.match(/JavaScript/g)?.length, 1, 'a sentence for those without script');

    const { first, tokens } = await visit(await autoApp(server.issuer), browser);
    const asked = await browser.submit(first, { username: person.email });
    for (const { body } of [first, asked]) assert.doesNotMatch(body, /bot.check/);
    assert.ok((await tokens(await browser.submit(asked, { 'current-password': person.password }))).id_token);
  },

  'no account is made without it, and a password that was typed does not come back': async (server) => {
    const browser = newcomer(server, await raised(server));
    const { email, password } = somebody();
    let page = await registering(server, browser);
    for (const answer of ['', 'nonsense', await solve(challengeOn((await registering(server, browser)).body))]) {
      page = await browser.submit(page, { email, 'new-password': password, bot_check: answer });
      assert.match(page.page.text, ASKED);
      assert.ok(page.body.includes(email) && !page.body.includes(password));
    }
    await longEnough();
    assert.equal(mailsTo(server, [email]), 0);
    assert.deepEqual(await server.sql('select id from users where email = $1', [email]), []);
    const bot_check = await solve(challengeOn(page.body));
    page = await browser.submit(page, { email, 'new-password': password, bot_check });
    const { code } = await waitForMail(server.mail, email, 'verify_email');
    assert.ok((await browser.submit(page, { 'one-time-code': code })).location);
  },

  'one check is one message, also when ten forms bring it at the same time': async (server) => {
    const browser = newcomer(server, await raised(server));
    const page = await registering(server, browser);
    const bot_check = await solve(challengeOn(page.body));
    const people = Array.from({ length: 10 }, () => somebody());
    const fields = { 'new-password': somebody().password, bot_check };
    await Promise.all(people.map(({ email }) => browser.submit(page, { ...fields, email })));
    await longEnough();
    const addresses = people.map(({ email }) => email);
    assert.equal(mailsTo(server, addresses), 1);
  },

  'a code that would be sent by itself waits on a page of its own, and a new one needs a new check': async (server) => {
    const { person } = await member(server);
    const browser = newcomer(server, await raised(server));
    const { first, tokens } = await visit(await homeApp(server.issuer), browser);
    const asked = await browser.submit(first, { username: person.email });
    const ready = await browser.submit(asked, { 'current-password': person.password });
    assert.match(ready.page.text, /wants to be sure it’s you/);
    assert.doesNotMatch(ready.body, /role="alert"/, 'nobody has made a mistake');
    const bare = await browser.submit(ready, {}, 'method=email-code');
    assert.match(bare.body, /role="alert"/);
    await longEnough();
    assert.equal(mailsTo(server, [person.email]), 1, 'only that of the registration');

    const bot_check = await solve(challengeOn(bare.body));
    const page = await browser.submit(bare, { bot_check }, 'method=email-code');
    await waitForMail(server.mail, person.email, 'second_factor_code');
    const again = await browser.submit(page, {}, 'Send a new code');
    assert.match(again.page.text, ASKED);
    const more = { bot_check: await solve(challengeOn(again.body)) };
    const sent = await browser.submit(again, more, 'Send a new code');
    const { code } = await waitForMail(server.mail, person.email, 'second_factor_code');
    assert.equal((await tokens(await browser.submit(sent, { 'one-time-code': code }))).claims()?.acr, 'aal2');
  },

  'so does what the app demands of a person': async (server) => {
    const { person } = await member(server);
    await server.sql('update users set email_verified_at = null where email = $1', [person.email]);
    const browser = newcomer(server, await raised(server));
    const { first, tokens } = await visit(await autoApp(server.issuer), browser);
    const asked = await browser.submit(first, { username: person.email });
    const ready = await browser.submit(asked, { 'current-password': person.password });
    const bot_check = await solve(challengeOn(ready.body));
    const page = await browser.submit(ready, { bot_check }, 'Confirm your e-mail address');
    const { code } = await waitForMail(server.mail, person.email, 'verify_email');
    assert.ok((await tokens(await browser.submit(page, { 'one-time-code': code }))).id_token);
  },

  'a program of the app’s own finds it in the step, in the same words': async (server) => {
    const network = await raised(server);
    const headers = { accept: 'application/json', 'x-forwarded-for': network };
    const browser = createBrowser({ origins: [server.issuer], headers });
    const journey = await (await autoApp(server.issuer)).start({ prompt: 'create' });
    const step = JSON.parse((await browser.get(journey.url)).body);
    assert.equal(step.model.bot_check.provider, 'altcha');
    const { email, password: new_password } = somebody();
    const submit = (form: Record<string, string>) =>
      browser.post(`${server.issuer}${step.actions}submit`, { email, new_password, ...form });
    const refused = JSON.parse((await submit({})).body);
    assert.deepEqual(refused.errors, { '': 'bot_check_required' });
    const bot_check = await solve(refused.model.bot_check.challenge);
    assert.equal(JSON.parse((await submit({ bot_check })).body).step, 'tasks/verify-email');
  },
};

/** Somebody with an account, made in a network of its own. */
async function member(server: Fortress) {
  const [browser, person] = [newcomer(server), somebody()];
  await register(server, await autoApp(server.issuer), browser, person);
  return { browser, person };
}

const FEW = withCheck('{ messages_per_hour: 3, difficulty: 1 }');
besiege('a raised risk', { file: FEW, env }, stories);
besiege('a raised risk, with Redis', { file: FEW, env, setUp: 'postgres + redis' }, stories);

const MAILED = '\n    methods: [email-code]\n    first_party: true\n    token';
const PASSWORDLESS = withCheck('{ when: always, difficulty: 1 }').replace('\n    first_party: true\n    token', MAILED);
besiege(
  'always',
  { file: PASSWORDLESS, env },
  {
    'where the address alone sends a code, the first page asks': async (server) => {
      const browser = newcomer(server);
      const { first } = await visit(await autoApp(server.issuer), browser);
      const { email } = somebody();
      const refused = await browser.submit(first, { username: email });
      assert.match(refused.page.text, ASKED);
      assert.ok(refused.body.includes(email), 'what was typed stays');
      const bot_check = await solve(challengeOn(first.body));
      assert.match((await browser.submit(refused, { username: email, bot_check })).page.text, /Enter the code/);
    },
  },
);

const OTHERS = withCheck('{ provider: turnstile, when: always, site_key: the-site, secret: the-secret-of-the-site }');
besiege(
  'somebody else’s check',
  { file: OTHERS, env },
  {
    'only the pages that carry it may load it, and the secret is on none': async (server) => {
      const browser = newcomer(server);
      const policyOf = ({ headers }: Answer) => headers.get('content-security-policy') ?? '';
      const { first } = await visit(await autoApp(server.issuer), browser);
      assert.doesNotMatch(policyOf(first), /cloudflare|frame-src/);
      const page = await registering(server, browser);
      assert.match(policyOf(page), /script-src 'self' https:\/\/challenges\.cloudflare\.com;/);
      assert.match(policyOf(page), /frame-src https:\/\/challenges\.cloudflare\.com;/);
      assert.match(page.body, /<div class="cf-turnstile" data-sitekey="the-site" data-cdata="[\w-]{43}"/);
      assert.ok(!page.body.includes('the-secret-of-the-site'));
      const { email, password } = somebody();
      const refused = await browser.submit(page, { email, 'new-password': password });
      assert.match(refused.page.text, ASKED);
      assert.equal(challengeOn(refused.body), undefined);
    },
  },
);

besiege(
  'no check',
  { file: withCheck('{ provider: "off", when: always }'), env },
  {
    'nobody is asked': async (server) => {
      const browser = newcomer(server);
      const { first, tokens } = await visit(await autoApp(server.issuer), browser, { prompt: 'create' });
      const { email, password } = somebody();
      const page = await browser.submit(first, { email, 'new-password': password });
      const { code } = await waitForMail(server.mail, email, 'verify_email');
      assert.ok(await tokens(await browser.submit(page, { 'one-time-code': code })).then(({ id_token }) => id_token));
    },
  },
);
