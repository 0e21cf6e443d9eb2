// needs: postgres
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createMethods } from '../../src/methods/index.ts';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { createKey, newKey } from '../support/passkey-page.ts';
import { CLIENTS } from '../support/people.ts';
import type { Answer } from '../support/rp.ts';
import { startSmsGateway, textedCode } from '../support/sms-gateways.ts';
import { keyOn, totpCode } from '../support/totp.ts';
import { DEVICE_GRANT, type Entered, redirectOf, SOCIAL, social, waysIn } from '../support/ways-in.ts';

/** A requirement as policy says it, what a person does about it, and what the tokens say afterwards. */
interface Row {
  asks: string;
  /** Undefined where nothing can be done about it. */
  satisfy: ((entered: Entered, server: Fortress) => Promise<Answer>) | undefined;
  acr: string;
  /** Added to what the way in has proven. */
  amr: readonly string[];
  /** True where the way in by itself is enough. */
  already?: boolean;
}

/** Whatever is asked for: the mailed code where the mailbox was not the first factor, else an app is enrolled. */
async function secondFactor(entered: Entered, server: Fortress): Promise<Answer> {
  if (!/code we sent/i.test(entered.shown.page.text)) return enrollApp(entered);
  const { code } = await waitForMail(server.mail, entered.person.email, 'second_factor_code');
  return entered.browser.submit(entered.shown, { 'one-time-code': code });
}

const gateway = await startSmsGateway('webhook');
after(gateway.close);
after(social.close);
let numbers = 100;

async function enrollApp({ browser, shown }: Entered): Promise<Answer> {
  const page = await browser.submit(shown, {}, 'method=totp');
  const key = keyOn(page.page.text);
  const codes = await browser.submit(page, { 'one-time-code': totpCode(key) });
  assert.match(codes.page.text, /recovery codes/i);
  return browser.submit(codes);
}

const rows: Record<string, Row> = {
  mfa: { asks: '{ require: [mfa] }', satisfy: secondFactor, acr: 'aal2', amr: ['otp', 'mfa'] },
  authenticator: {
    asks: '{ require: [{ authenticator: [totp] }] }',
    satisfy: enrollApp,
    acr: 'aal2',
    amr: ['otp', 'mfa'],
  },
  phishing_resistant: {
    asks: '{ require: [phishing_resistant] }',
    async satisfy({ browser, shown }, server) {
      const made = await createKey(browser, await browser.submit(shown, {}, 'method=webauthn'), newKey(server.issuer));
      return browser.submit(made);
    },
    acr: 'phr',
    amr: ['hwk', 'user', 'mfa'],
  },
  'any-of': {
    asks: '{ require: { any: [phishing_resistant, mfa] } }',
    satisfy: secondFactor,
    acr: 'aal2',
    amr: ['otp', 'mfa'],
  },
  terms: {
    asks: '{ require: [{ terms: house }] }',
    satisfy: ({ browser, shown }) => browser.submit(shown, { 'terms.house': 'true' }),
    acr: 'aal1',
    amr: [],
  },
  verified_phone: {
    asks: '{ require: [verified_phone] }',
    async satisfy({ browser, shown }) {
      const phone = `+4930901${String(numbers++).padStart(3, '0')}`;
      const sent = await browser.submit(shown, { tel: phone });
      return browser.submit(sent, { 'one-time-code': await textedCode(gateway, phone) });
    },
    acr: 'aal1',
    amr: [],
  },
  password_change: {
    asks: '{ require: [password_change] }',
    async satisfy({ browser, person, shown }) {
      const fresh = { 'new-password': 'nine quiet boats at the pier' };
      const changed = await browser.submit(shown, fresh);
      // The session that was there has ended with the old password: the new one opens another.
      if (!/Enter your password|E-mail address/.test(changed.page.text ?? '')) return changed;
      const asked = /E-mail/.test(changed.page.text)
        ? await browser.submit(changed, { username: person.email })
        : changed;
      return browser.submit(asked, { 'current-password': fresh['new-password'] });
    },
    acr: 'aal1',
    amr: [],
  },
  block: { asks: '{ block: true }', satisfy: undefined, acr: '', amr: [] },
  fresh: { asks: '{ require: [{ fresh: 10m }] }', satisfy: undefined, acr: 'aal1', amr: [], already: true },
  frequency: {
    asks: '{ require: [verified_email], session: { max_age: 1h } }',
    satisfy: undefined,
    acr: 'aal1',
    amr: [],
    already: true,
  },
};

/** Passwords that people registered with are a day old, or nobody would have to change one; one chosen later is new. */
const AGED = `
  create function aged() returns trigger language plpgsql as
    $$ begin
      if exists (select 1 from users where id = new.user_id and created_at = now()) then
        new.changed_at = now() - interval '1 day';
      end if;
      return new;
    end $$;
  create trigger aged before insert on passwords for each row execute function aged()`;

const names = Object.keys(rows);
const clients = names
  .map(
    (name) => `
  - client_id: app-${name}
    first_party: true
    token_endpoint_auth_method: none
    redirect_uris: [${redirectOf(`app-${name}`)}]
  - client_id: tv-${name}
    first_party: true
    token_endpoint_auth_method: none
    grant_types: [${DEVICE_GRANT}]
    redirect_uris: []`,
  )
  .join('');
const policies = names
  .map(
    (name) =>
      `\n  - { name: ${name}, mode: enforce, if: { client: [app-${name}, tv-${name}] }, then: ${rows[name]?.asks} }`,
  )
  .join('');
const FILE = `${CLIENTS.replace('apis:', `${clients.trimStart().replace(/^/, '  ')}\napis:`)}
${SOCIAL}sms: { countries: [DE] }
terms: [{ id: house, version: "1", title: House rules, uri: "https://house.test/terms" }]
policies:${policies}
`;

/** What an app would get now, if anything: no redirect with a code, no token for a device. */
async function nothingYet({ shown, tokens }: Entered): Promise<void> {
  await assert.rejects(tokens(shown), /not back at the app|the device is told authorization_pending/);
}

/** What a passkey has met before anything is asked. */
const metByKey = ['mfa', 'phishing_resistant', 'any-of'];

const stories = Object.entries(waysIn).flatMap(([way, { enter, amr, acr, bySession = false }]) =>
  Object.entries(rows).map(([name, row]) => {
    const story = async (server: Fortress): Promise<void> => {
      const entered = await enter(server, { app: `app-${name}`, device: `tv-${name}` });
      let last = entered.shown;
      const reset = way === 'password reset' && name === 'password_change';
      const met = row.already || reset || (acr === 'phr' && metByKey.includes(name));
      if (!met) {
        await nothingYet(entered);
        if (!row.satisfy) return;
        last = await row.satisfy(entered, server);
      }
      const claims = (await entered.tokens(last)).claims();
      const proven = bySession && name === 'password_change' ? ['pwd'] : amr;
      assert.equal(claims?.acr, acr === 'phr' ? acr : row.acr);
      assert.deepEqual(new Set(claims?.amr as string[]), new Set([...proven, ...(met ? [] : row.amr)]));
    };
    return [`${way} × ${name}: a token only with evidence that meets it, and it says so`, story] as const;
  }),
);

besiege(
  'every way in × every requirement',
  { file: FILE, env: { SMS_URL: gateway.url, OUTBOUND_ALLOW: new URL(social.issuer).host } },
  {
    'passwords grow old': async (server) => {
      await server.sql(AGED);
    },
    ...Object.fromEntries(stories),
  },
);

test('every method there is has its row', () => {
  const covered = Object.values(waysIn).flatMap(({ methods }) => methods);
  const known = createMethods({} as Parameters<typeof createMethods>[0]).map(({ name }) => name);
  assert.deepEqual([...covered].sort(), [...known].sort());
});
