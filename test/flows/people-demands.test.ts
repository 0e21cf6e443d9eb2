// needs: postgres
import assert from 'node:assert/strict';
import { hashSync } from 'bcryptjs';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import {
  arrived,
  autoApp,
  browserFor,
  CLIENTS,
  FIRST_PARTY,
  register,
  signedUp,
  signIn,
  somebody,
} from '../support/people.ts';
import { type Answer, type Browser, createRelyingParty } from '../support/rp.ts';

const DEMANDING = `
  - client_id: demanding
    client_name: Demanding
    first_party: true
    token_endpoint_auth_method: none
    redirect_uris: [${FIRST_PARTY}]
    scope: openid profile email phone
    methods: [password]
    attributes: [given_name, phone_number, birth_date, plan, riders, { name: nickname, required: false }, newsletter_ok]
    terms: [general]
  - client_id: codes-only
    client_name: Codes Only
    first_party: true
    token_endpoint_auth_method: none
    redirect_uris: [${FIRST_PARTY}]
    methods: [email-code]
attributes:
  - { name: birth_date, type: date, label: Date of birth }
  - { name: plan, type: choice, choices: [basic, full] }
  - { name: riders, type: number, minimum: 1, maximum: 9 }
  - { name: nickname, type: text, max_length: 20, pattern: '[A-Za-z ]+' }
  - { name: newsletter_ok, type: boolean }
terms:
  - { id: general, version: 1, title: General terms, uri: http://auto.test/terms }
apis:`;
const FILE = CLIENTS.replace('\napis:', DEMANDING);
const GIVEN = {
  given_name: 'Ada',
  phone_number: '+44 20 7946 0018',
  birth_date: '1990-02-03',
  plan: 'full',
  riders: '3',
  newsletter_ok: 'on',
  'terms.general': 'on',
}; // prettier-ignore

const app = (server: Fortress, clientId: string) =>
  createRelyingParty({ issuer: server.issuer, clientId, redirectUri: FIRST_PARTY, scope: 'openid profile email' });

async function open(server: Fortress, clientId: string, browser: Browser, parameters: Record<string, string> = {}) {
  const journey = await (await app(server, clientId)).start(parameters);
  return { journey, page: await browser.get(journey.url) };
}

async function withPassword(
  server: Fortress,
  clientId: string,
  browser: Browser,
  person: { email: string; password: string },
) {
  const { journey, page } = await open(server, clientId, browser);
  const password = await browser.submit(page, { username: person.email });
  return { journey, page: await browser.submit(password, { 'current-password': person.password }) };
}

const fieldNames = (answer: Answer): string[] =>
  answer.page.forms.flatMap(({ fields }) => fields.map(({ name }) => name));

besiege(
  'what an app asks of its people',
  { file: FILE },
  {
    'attributes and terms are asked at registration, checked by their type, and recorded': async (server) => {
      const browser = browserFor(server.issuer);
      const person = somebody();
      const { journey, page } = await open(server, 'demanding', browser, { prompt: 'create' });
      const own = { email: person.email, 'new-password': person.password };
      const empty = await browser.submit(page, own);
      assert.match(empty.page.text, /needed to go on.*agree/);
      assert.equal(
        empty.page.forms.flatMap(({ fields }) => fields).find(({ name }) => name === 'email')?.value,
        person.email,
      );
      assert.doesNotMatch(empty.body, new RegExp(person.password), 'a password is never shown again');
      const wrong: Record<string, string>[] = [
        { birth_date: '1990-02-31' },
        { birth_date: 'yesterday' },
        { plan: 'gold' },
        { riders: '10' },
        { riders: 'many' },
        { nickname: 'x<b>' },
        { nickname: 'a'.repeat(21) },
        { phone_number: '12' },
        { given_name: 'a\nb\0' },
        { given_name: 'x'.repeat(101) },
        { 'terms.general': '' },
        { newsletter_ok: '' },
      ]; // prettier-ignore
      const form = page.page.forms.find(({ fields }) => fields.some(({ name }) => name === 'email'));
      const action = new URL(form?.action ?? '', page.url);
      const typed = { email: person.email, new_password: person.password, ...GIVEN };
      for (const one of wrong) {
        const answer = await browser.post(action, { ...typed, ...one });
        assert.equal(fieldNames(answer).includes('email'), true, JSON.stringify(one));
      }
      const sent = await browser.post(action, { ...typed, admin: 'yes', email_verified: 'on', __proto__: 'x' });
      const { code } = await waitForMail(server.mail, person.email, 'verify_email');
      const tokens = await journey.finish(arrived(await browser.submit(sent, { 'one-time-code': code })));
      assert.equal(tokens.claims()?.email, person.email);
      const [row] = await server.sql<{
        attributes: object;
        phone: string;
        given_name: string;
        phone_verified_at: unknown;
      }>('select attributes, phone, given_name, phone_verified_at from users where email = $1', [person.email]); // prettier-ignore
      assert.deepEqual(row?.attributes, { birth_date: '1990-02-03', plan: 'full', riders: 3, newsletter_ok: true });
      assert.equal(row?.phone, '+442079460018');
      assert.equal(row?.phone_verified_at, null);
      assert.deepEqual(
        await server.sql(
          'select terms_id, version, client_id from terms_acceptances a join users u on u.id = a.user_id where email = $1',
          [person.email],
        ),
        [{ terms_id: 'general', version: '1', client_id: 'demanding' }],
      );
    },

    'who comes from another app gives only what is missing, once, and a new version of the terms asks again': async (
      server,
    ) => {
      const { person } = await signedUp(server);
      const browser = browserFor(server.issuer);
      const { journey, page } = await withPassword(server, 'demanding', browser, person);
      assert.match(page.page.text, /agree to.*General terms/);
      const refused = await browser.submit(page, {});
      assert.match(refused.page.text, /once you agree/);
      const attributes = await browser.submit(refused, { 'terms.general': 'on' });
      assert.match(attributes.page.text, /A little about you/);
      assert.ok(!fieldNames(attributes).includes('nickname'), 'what is optional is not asked for');
      const incomplete = await browser.submit(attributes, { given_name: 'Ada' });
      assert.equal(incomplete.location, undefined);
      const { 'terms.general': _terms, ...given } = GIVEN;
      assert.ok((await journey.finish(arrived(await browser.submit(incomplete, given)))).id_token);
      const again = await withPassword(server, 'demanding', browserFor(server.issuer), person);
      assert.ok(again.page.location, again.page.page.text);

      server.reload(FILE.replace('version: 1,', 'version: 2,'));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const third = browserFor(server.issuer);
      const renewed = await withPassword(server, 'demanding', third, person);
      assert.match(renewed.page.page.text, /agree to/);
      assert.ok((await third.submit(renewed.page, { 'terms.general': 'on' })).location);
      const [row] = await server.sql<{ n: string }>(
        'select count(*) as n from terms_acceptances a join users u on u.id = a.user_id where email = $1',
        [person.email],
      ); // prettier-ignore
      assert.equal(row?.n, '2');
    },

    'an app that signs in by code alone asks for no password and takes none': async (server) => {
      const browser = browserFor(server.issuer);
      const { email } = somebody();
      const { journey, page } = await open(server, 'codes-only', browser, { prompt: 'create' });
      assert.ok(!fieldNames(page).some((name) => name.includes('password')));
      const sent = await browser.post(new URL(page.page.forms[0]?.action ?? '', page.url), {
        email,
        new_password: 'smuggled in by a stranger',
      });
      const { code } = await waitForMail(server.mail, email, 'verify_email');
      await journey.finish(arrived(await browser.submit(sent, { 'one-time-code': code })));
      const hashes = await server.sql(
        'select hash from passwords p join users u on u.id = p.user_id where email = $1',
        [email],
      );
      assert.deepEqual(hashes, []);

      const next = browserFor(server.issuer);
      const second = await open(server, 'codes-only', next);
      const asked = await next.submit(second.page, { username: email });
      const mail = await waitForMail(server.mail, email, 'sign_in_code');
      const tokens = await second.journey.finish(arrived(await next.submit(asked, { 'one-time-code': mail.code })));
      assert.deepEqual(tokens.claims()?.amr, ['otp']);
      const forced = browserFor(server.issuer);
      const third = await open(server, 'codes-only', forced);
      const choose = await forced.post(`${third.page.url.origin}${third.page.url.pathname}/choose`, {
        method: 'password',
      });
      assert.equal(choose.status, 400);
      assert.equal((await forced.post(`${third.page.url.origin}${third.page.url.pathname}/recover`, {})).status, 400);
    },

    'an imported bcrypt hash works and is an argon2id hash afterwards': async (server) => {
      const { person, rp } = await signedUp(server);
      const where = 'where user_id = (select id from users where email = $1)';
      await server.sql(`update passwords set hash = $2 ${where}`, [person.email, hashSync(person.password, 6)]);
      await signIn(rp, browserFor(server.issuer), person);
      const [row] = await server.sql<{ hash: string }>(`select hash from passwords ${where}`, [person.email]);
      assert.match(row?.hash ?? '', /^\$argon2id\$/);
      await signIn(rp, browserFor(server.issuer), person);
      await server.sql(`update passwords set hash = $2 ${where}`, [person.email, 'not a hash that anybody knows']);
      const refused = await withPassword(server, 'auto', browserFor(server.issuer), person);
      assert.equal(refused.page.location, undefined);
      assert.equal(refused.page.status, 200);
    },

    'an address that nobody has proven is proven before a password gets anywhere': async (server) => {
      const { person } = await signedUp(server);
      await server.sql('update users set email_verified_at = null where email = $1', [person.email]);
      const browser = browserFor(server.issuer);
      const { journey, page } = await withPassword(server, 'auto', browser, person);
      assert.match(page.page.text, /Confirm your/);
      const { code } = await waitForMail(server.mail, person.email, 'verify_email');
      const wrong = await browser.submit(page, { 'one-time-code': code === '111111' ? '222222' : '111111' });
      assert.equal(wrong.location, undefined);
      const tokens = await journey.finish(arrived(await browser.submit(wrong, { 'one-time-code': code })));
      assert.equal(tokens.claims()?.email_verified, true);
    },

    'registering an address somebody has: told to its mailbox alone, and the account stays as it was': async (
      server,
    ) => {
      const { person, rp, browser: own } = await signedUp(server);
      const before = await server.sql(
        'select id, updated_at, p.hash from users u join passwords p on p.user_id = u.id where email = $1',
        [person.email],
      );
      const stranger = browserFor(server.issuer);
      const { page } = await open(server, 'auto', stranger, { prompt: 'create' });
      const taken = { email: person.email.toUpperCase(), 'new-password': 'the stranger chose this one' };
      const sent = await stranger.submit(page, taken);
      assert.match(sent.page.text, /Enter|Confirm/);
      const mail = await waitForMail(server.mail, person.email, 'already_registered');
      assert.equal(mail.code, '', 'no code, or a stranger with a look at it would be the owner');
      assert.ok(mail.text.length > 0);
      const after = await server.sql(
        'select id, updated_at, p.hash from users u join passwords p on p.user_id = u.id where email = $1',
        [person.email],
      );
      assert.deepEqual(after, before);
      await signIn(rp, own, person, { prompt: 'login' });
    },

    'two people who register one address at once: one account, the other hears nothing but that the code is wrong':
      async (server) => {
        const email = somebody().email;
        const doors: { browser: Browser; sent: Answer; code: string }[] = [];
        for (const colour of ['purple', 'yellow']) {
          const browser = browserFor(server.issuer);
          const { page } = await open(server, 'auto', browser, { prompt: 'create' });
          const sent = await browser.submit(page, { email, 'new-password': `${colour} horses walk home` });
          doors.push({ browser, sent, code: (await waitForMail(server.mail, email, 'verify_email')).code });
        }
        const answers = await Promise.all(
          doors.map(({ browser, sent, code }) => browser.submit(sent, { 'one-time-code': code })),
        );
        assert.equal(answers.filter(({ location }) => location !== undefined).length, 1);
        assert.ok(answers.every(({ status }) => status < 400));
      },

    'the rules for passwords are said on the page': async (server) => {
      const browser = browserFor(server.issuer);
      const { page } = await open(server, 'auto', browser, { prompt: 'create' });
      const { email } = somebody();
      for (const [password, words] of [
        ['', /at least 15/],
        ['fourteen chars', /at least 15/],
        ['x'.repeat(129), /at most 128/],
        ['passwordpassword', /Many people use/],
        ['aaaaaaaaaaaaaaaaaaaa', /Many people use/],
        [`${email}12`, /your name or address/],
        ['AutoInsurance Auto', /your name or address/],
      ] as const) {
        // prettier-ignore
        const answer = await browser.submit(page, { email, 'new-password': password });
        assert.match(answer.page.text, words, password);
      }
      const unicode = `🐎ñé ${Array.from({ length: 124 }, (_, n) => String.fromCodePoint(0x4e00 + n * n)).join('')}`;
      const person = { email: somebody().email, password: unicode };
      await register(server, await autoApp(server.issuer), browserFor(server.issuer), person);
      await signIn(await autoApp(server.issuer), browserFor(server.issuer), {
        ...person,
        password: unicode.normalize('NFD'),
      });
    },
  },
);
