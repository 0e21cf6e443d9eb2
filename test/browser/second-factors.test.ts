// needs: chromium oathtool
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createWindows, fill, leaving, look, submit } from '../support/chromium.ts';
import { RECOVERY_CODE } from '../support/enrolled.ts';
import { waitForMail } from '../support/mailbox.ts';
import { type Person, somebody } from '../support/people.ts';
import { type SmsStandIn, startSmsGateway, textedCode } from '../support/sms-gateways.ts';
import { type House, startHouse } from './start-house.ts';

/** As the person's own authenticator app would show it; `later` for the code after the one that was used. */
function appCode(key: string, later = false): string {
  const now = new Date(Date.now() + (later ? 30_000 : 0)).toISOString().replace('T', ' ').slice(0, 19);
  return execFileSync('oathtool', ['--totp', '-b', key, '--now', `${now} UTC`], { encoding: 'utf8' }).trim();
}

describe('second factors in a browser', () => {
  const open = createWindows();
  let house: House;
  const person: Person = somebody();
  let key = '';
  let used = '';
  let kept: string[] = [];
  let gateway: SmsStandIn;
  before(async () => {
    gateway = await startSmsGateway('twilio');
    house = await startHouse(
      `sms: { countries: [DE], default_country: DE }
policies:
  - name: Two factors
    mode: enforce
    if: { client: [own] }
    then: { require: [{ authenticator: [totp, recovery-code] }], session: { persistent: false } }
  - { name: Phones, mode: enforce, if: { client: [foreign] }, then: { require: [{ authenticator: [sms] }] } }
`,
      { SMS_URL: gateway.url },
    );
  });
  after(async () => {
    await house.close();
    await gateway.close();
  });

  const shown = async (page: Page) => ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');
  const isSignedIn = (page: Page) => page.waitForURL((url) => url.href.startsWith(house.own));
  /** A field has the focus a moment after its page has loaded. */
  const typeInto = async (page: Page, name: string, text: string) => {
    await page.waitForFunction((wanted) => document.activeElement?.getAttribute('name') === wanted, name);
    await page.keyboard.type(text);
  };

  test('an app is set up with the key in text, confirmed by its code, and recovery codes are kept', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    await page.goto(`${house.own}/sign-up`);
    await submit(page, { email: person.email, 'new-password': person.password });
    const { code } = await waitForMail(house.server.mail, person.email, 'verify_email');
    await leaving(page, () => fill(page, { 'one-time-code': code }));
    wrong.push(...(await look(page, 'enroll-choose')));
    await leaving(page, () => page.getByRole('button', { name: 'Authenticator app' }).click());
    await page.getByText('Can’t scan it?').click();
    wrong.push(...(await look(page, 'enroll-app')));
    key = ((await page.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '');
    assert.match(key, /^[A-Z2-7]{32}$/);
    assert.equal(await page.locator('svg.qr').count(), 1);
    await leaving(page, () => fill(page, { 'one-time-code': '000000' }));
    assert.match(await page.title(), /^Error: /);
    wrong.push(...(await look(page, 'enroll-app-wrong')));
    await leaving(page, () => fill(page, { 'one-time-code': appCode(key) }));
    wrong.push(...(await look(page, 'recovery-codes')));
    kept = (await shown(page)).match(RECOVERY_CODE) ?? [];
    assert.equal(kept.length, 10);
    await page.getByRole('button', { name: 'I kept them' }).click();
    await isSignedIn(page);
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('the code of the app gets in, by keyboard alone', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    await page.goto(`${house.own}/sign-in`);
    await typeInto(page, 'identifier', person.email);
    await leaving(page, () => page.keyboard.press('Enter'));
    await typeInto(page, 'password', person.password);
    await leaving(page, () => page.keyboard.press('Enter'));
    wrong.push(...(await look(page, 'second-factor-app')));
    used = appCode(key, true);
    await typeInto(page, 'code', used);
    await isSignedIn(page);
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('a code that was used gets nobody in; a recovery code does when the app is lost', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    await page.goto(`${house.own}/sign-in`);
    await submit(page, { username: person.email });
    await submit(page, { 'current-password': person.password });
    await leaving(page, () => fill(page, { 'one-time-code': used }));
    wrong.push(...(await look(page, 'second-factor-app-wrong')));
    await leaving(page, () => page.getByRole('button', { name: 'Use a recovery code' }).click());
    wrong.push(...(await look(page, 'second-factor-recovery')));
    await fill(page, { 'one-time-code': kept[0] ?? '' });
    await page.locator('button.primary').click();
    await isSignedIn(page);
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('a phone is added, and its texted code gets in the next time', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    const owner = somebody();
    const phone = '+4930901820';
    const isThere = () => page.waitForURL((url) => url.href.startsWith(house.foreign));
    await page.goto(`${house.foreign}/sign-up`);
    await page.locator('[type=checkbox]').check();
    await submit(page, { email: owner.email, 'given-name': 'Ada', 'new-password': owner.password });
    const { code } = await waitForMail(house.server.mail, owner.email, 'verify_email');
    await leaving(page, () => fill(page, { 'one-time-code': code }));
    await leaving(page, () => page.getByRole('button', { name: 'Text message' }).click());
    await submit(page, { tel: '12' });
    wrong.push(...(await look(page, 'enroll-phone-wrong')));
    await submit(page, { tel: '030 901820' });
    wrong.push(...(await look(page, 'enroll-phone-code')));
    await leaving(page, async () => fill(page, { 'one-time-code': await textedCode(gateway, phone) }));
    await leaving(page, () => page.getByRole('button', { name: 'I kept them' }).click());
    await page.locator('button.primary').click();
    await isThere();

    await page.context().clearCookies();
    await page.goto(`${house.foreign}/sign-in`);
    await submit(page, { username: owner.email });
    await submit(page, { 'current-password': owner.password });
    wrong.push(...(await look(page, 'second-factor-phone')));
    const texted = await textedCode(gateway, phone, 1);
    await fill(page, { 'one-time-code': texted });
    await isThere();
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('the mail about it leads to the page that locks everybody out', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    const { link } = await waitForMail(house.server.mail, person.email, 'factor_added');
    await page.goto(link);
    wrong.push(...(await look(page, 'not-me')));
    await submit(page);
    wrong.push(...(await look(page, 'disowned')));
    assert.match(await shown(page), /signed out everywhere/);
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });
});
