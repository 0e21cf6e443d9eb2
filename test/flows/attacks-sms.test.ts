// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { withPassword } from '../support/enrolled.ts';
import { besiege, type Fortress } from '../support/fortress.ts';
import { signedUp } from '../support/people.ts';
import { homeApp, visit, withPolicies } from '../support/second-door.ts';
import { startSmsGateway, textedCode } from '../support/sms-gateways.ts';

const FILE = withPolicies(
  '\n  - { name: Texts, mode: enforce, if: { client: [home] }, then: { require: [{ authenticator: [sms] }] } }\n',
  'sms: { countries: [DE], default_country: DE }\n',
);
const PHONE = '+4930901990';

/** The phone goes in the very moment in which its code is used up. */
const LOSE = `
  create function lose() returns trigger language plpgsql as
    $$ begin delete from authenticators where factor = 'sms'; return new; end $$;
  create trigger lose after update of consumed_at on one_time_codes for each row
    when (new.consumed_at is not null) execute function lose()`;

const gateway = await startSmsGateway('webhook');
after(gateway.close);

besiege(
  'a phone and its code',
  { file: FILE, env: { SMS_URL: gateway.url } },
  {
    'a phone that is taken away while its code is being answered proves nothing': async (server: Fortress) => {
      const { browser, person } = await signedUp(server);
      const home = await homeApp(server.issuer);
      const { first } = await visit(home, browser);
      const sent = await browser.submit(await browser.submit(first, {}, 'method=sms'), { tel: PHONE });
      await browser.submit(await browser.submit(sent, { 'one-time-code': await textedCode(gateway, PHONE) }));
      const again = await withPassword(server, home, person);
      const code = await textedCode(gateway, PHONE, 1);
      await server.sql(LOSE);
      const answered = await again.browser.submit(again.page, { 'one-time-code': code });
      assert.equal(answered.location, undefined);
      await assert.rejects(again.tokens(answered), /not back at the app/);
    },
  },
);
