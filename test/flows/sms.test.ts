// needs: postgres redis
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPassword } from '../support/enrolled.ts';
import { quotesApp, signedUp } from '../support/people.ts';
import { homeApp, visit, withPolicies } from '../support/second-door.ts';
import { type RunningServer, setUps, startBacking, startServer } from '../support/server.ts';
import { type SmsStandIn, startSmsGateway, textedCode } from '../support/sms-gateways.ts';

const FILE = withPolicies(
  `
  - { name: Texts, mode: enforce, if: { client: [home] }, then: { require: [{ authenticator: [sms] }] } }
  - { name: Phone, mode: enforce, if: { client: [quotes] }, then: { require: [verified_phone] } }
`,
  'sms: { countries: [DE], default_country: DE }\n',
).replace('client_id: quotes', 'client_id: quotes\n    first_party: true');

let numbers = 0;
/** A number in Germany that no other story has. */
const newNumber = () => `+4930901${String(820 + numbers++)}`;

type Story = (server: RunningServer, gateway: SmsStandIn) => Promise<void>;

const stories: Record<string, Story> = {
  'a phone is enrolled by a texted code, and asked for the next time': async (server, gateway) => {
    const phone = newNumber();
    const { browser, person } = await signedUp(server);
    const home = await homeApp(server.issuer);
    const { first, tokens } = await visit(home, browser);
    const ask = await browser.submit(first, {}, 'method=sms');
    assert.match((await browser.submit(ask, { tel: '12' })).page.text, /phone number/i);
    const typed = await browser.submit(ask, { tel: `0${phone.slice(3, 5)} ${phone.slice(5)}` });
    assert.doesNotMatch(typed.body, new RegExp(phone.slice(3)), 'the number is masked');
    const wrong = await browser.submit(typed, { 'one-time-code': '000000' });
    assert.match(wrong.page.text, /That code isn’t right/);
    const done = await browser.submit(wrong, { 'one-time-code': await textedCode(gateway, phone) });
    const claims = (await tokens(await browser.submit(done))).claims();
    assert.deepEqual([claims?.acr, claims?.amr], ['aal2', ['otp', 'sms', 'mfa']]);

    const again = await withPassword(server, home, person);
    assert.match(again.page.page.text, /Enter the code we texted you/);
    const code = await textedCode(gateway, phone, 1);
    assert.ok((await again.tokens(await again.browser.submit(again.page, { 'one-time-code': code }))).id_token);
  },

  'a number in the form of the code changes nothing: the code stays the one of the number that was texted': async (
    server,
    gateway,
  ) => {
    const [phone, thief] = [newNumber(), newNumber()];
    const { browser, person } = await signedUp(server);
    const home = await homeApp(server.issuer);
    const { first } = await visit(home, browser);
    const ask = await browser.submit(first, {}, 'method=sms');
    const sent = await browser.submit(ask, { tel: phone });
    await browser.submit(await browser.submit(sent, { 'one-time-code': await textedCode(gateway, phone) }));
    const stolen = await withPassword(server, home, person);
    for (const verb of ['resend', 'submit', 'choose', 'enroll']) {
      const answer = await stolen.browser.post(`${stolen.page.url.href}/${verb}`, {
        ...{ phone_number: thief, number: thief, to: thief, phone: thief, method: 'sms', code: '' },
      });
      assert.ok(answer.status < 500);
    }
    assert.ok(
      gateway.received.every(({ fields }) => fields.to !== thief),
      'nothing was sent to the thief',
    );
  },

  'an older code is void once a newer one was sent': async (server, gateway) => {
    const phone = newNumber();
    const { browser } = await signedUp(server);
    const { first, tokens } = await visit(await homeApp(server.issuer), browser);
    const sent = await browser.submit(await browser.submit(first, {}, 'method=sms'), { tel: phone });
    const old = await textedCode(gateway, phone);
    const resent = await browser.post(`${sent.url.href}/resend`, {});
    const newer = await textedCode(gateway, phone, 1);
    const refused = await browser.submit(resent, { 'one-time-code': old });
    await assert.rejects(tokens(refused), /not back at the app/);
    assert.match((await browser.submit(refused, { 'one-time-code': newer })).page.text, /recovery codes/i);
  },

  'a phone number is verified once, as a fact: it proves nothing and is not asked for again': async (
    server,
    gateway,
  ) => {
    const phone = newNumber();
    const { browser } = await signedUp(server);
    const quotes = await quotesApp(server.issuer);
    const { first, tokens } = await visit(quotes, browser);
    assert.match(first.page.text, /Confirm your phone number/);
    const sent = await browser.submit(first, { tel: phone });
    const done = await browser.submit(sent, { 'one-time-code': await textedCode(gateway, phone) });
    assert.equal((await tokens(done)).claims()?.acr, 'aal1');
    const again = await visit(quotes, browser);
    assert.ok((await again.tokens(again.first)).id_token);
  },

  'a country that the operator did not name is refused, and nothing is sent': async (server, gateway) => {
    const { browser } = await signedUp(server);
    const before = gateway.received.length;
    const { first } = await visit(await homeApp(server.issuer), browser);
    const ask = await browser.submit(first, {}, 'method=sms');
    const refused = await browser.submit(ask, { tel: '+33170189900' });
    assert.match(refused.page.text, /can’t send text messages to that country/);
    assert.equal(gateway.received.length, before);
  },
};

for (const setUp of setUps) {
  test(setUp, async (t) => {
    const gateway = await startSmsGateway('webhook');
    t.after(gateway.close);
    const backing = await startBacking(setUp);
    t.after(backing.close);
    const server = await startServer({ backing, file: FILE, env: { SMS_URL: gateway.url } });
    t.after(server.stop);
    for (const [guarantee, story] of Object.entries(stories)) await t.test(guarantee, () => story(server, gateway));
  });
}
