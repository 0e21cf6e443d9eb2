// needs: chromium
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { startSocialAccount } from '../../examples/social-account.ts';
import { createWindows, fill, leaving, look, submit } from '../support/chromium.ts';
import { tabTo, unreachable } from '../support/keyboard.ts';
import { waitForMail } from '../support/mailbox.ts';
import { type Person, somebody } from '../support/people.ts';
import { type SmsStandIn, startSmsGateway, textedCode } from '../support/sms-gateways.ts';
import { totpCode } from '../support/totp.ts';
import { plugIn } from '../support/virtual-keys.ts';
import { type House, startHouse } from './start-house.ts';

const SECTIONS = ['', '/profile', '/security', '/sessions', '/activity', '/apps', '/identities', '/privacy'];
const PHONE = '+4930901820';

describe('the account pages in a browser', () => {
  const open = createWindows();
  let house: House;
  let gateway: SmsStandIn;
  let social: Awaited<ReturnType<typeof startSocialAccount>>;
  before(async () => {
    gateway = await startSmsGateway('twilio');
    social = await startSocialAccount({ name: 'Chirrup', port: 0 });
    house = await startHouse(
      `  account: { deletion_days: 3 }
sms: { countries: [DE], default_country: DE }
attributes:
  - { name: newsletter, type: boolean, label: Send me news, self_service: edit }
  - { name: tier, label: Tier }
identity_providers:
  - { id: chirrup, type: oidc, display_name: Chirrup, issuer: "${social.issuer}", client_id: house, token_endpoint_auth_method: none }
policies:
  - { name: Trust, mode: enforce, if: { client: [own], not: { method: [federated] } }, then: { require: [mfa], session: { trust_device: 30d } } }
`,
      { SMS_URL: gateway.url, OUTBOUND_ALLOW: new URL(social.issuer).host },
    );
  });
  after(async () => {
    await house.close();
    await social.close();
    await gateway.close();
  });

  const at = (section: string) => `${house.server.issuer}/account${section}`;
  const press = (page: Page, name: string | RegExp) =>
    leaving(page, () => page.getByRole('button', { name, exact: true }).first().click());
  const text = async (page: Page) => ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');
  const says = async (page: Page, what: RegExp) => assert.match(await text(page), what, page.url());
  const mailed = (person: Person, kind: Parameters<typeof waitForMail>[2]) =>
    waitForMail(house.server.mail, person.email, kind);

  /** Somebody new, on their account pages. Registered at the app that asks for no second factor. */
  async function moveIn(options: BrowserContextOptions = {}) {
    const window = await open(options);
    const { page } = window;
    const person = somebody();
    await page.goto(`${house.foreign}/sign-up`);
    await page.locator('[type=checkbox]').check();
    await submit(page, { email: person.email, 'given-name': 'Ada', 'new-password': person.password });
    const { code } = await mailed(person, 'verify_email');
    await fill(page, { 'one-time-code': code });
    // A full code is sent off by itself where there is script.
    if (options.javaScriptEnabled === false) await page.locator('button.primary').click();
    await page.waitForURL(/\/interaction\/|\/callback|localhost/);
    await leaving(page, () => page.locator('button.primary').click());
    await page.goto(at(''));
    return { ...window, person };
  }

  /** @returns the key of the app */
  async function addApp(page: Page): Promise<string> {
    await page.goto(at('/security'));
    await press(page, /authenticator app/);
    const key = ((await page.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '');
    await fill(page, { 'one-time-code': totpCode(key) });
    await page.waitForSelector('#recovery-codes');
    await leaving(page, () => page.locator('button.primary').click());
    return key;
  }

  test('names, picture, address and number', async () => {
    const { page, person, faults, close } = await moveIn();
    const wrong = await look(page, 'account-overview');
    await page.goto(at('/profile'));
    wrong.push(...(await look(page, 'account-profile')));
    await page.locator('[name=family_name]').fill('Lovelace');
    await page.locator('[name=newsletter][type=checkbox]').check();
    await press(page, 'Save');
    await says(page, /Saved\./);
    assert.equal(await page.locator('[name=family_name]').inputValue(), 'Lovelace');
    assert.ok(await page.locator('[name=newsletter][type=checkbox]').isChecked());
    assert.equal(await page.locator('[name=tier]').count(), 0, 'what may not be changed has no field');

    const bytes = await sharp({ create: { width: 800, height: 500, channels: 3, background: '#7a4' } })
      .jpeg()
      .toBuffer();
    const pick = (name: string, mimeType: string, buffer: Buffer) =>
      page.locator('[type=file]').setInputFiles({ name, mimeType, buffer });
    await pick('me.txt', 'text/plain', Buffer.from('no picture'));
    await press(page, 'Upload');
    assert.match(await page.title(), /^Error: /);
    await says(page, /can’t read that picture/);
    wrong.push(...(await look(page, 'account-picture-wrong')));
    await pick('me.jpg', 'image/jpeg', bytes);
    await press(page, 'Upload');
    const portrait = page.locator('img.portrait');
    assert.equal(await portrait.evaluate((image: HTMLImageElement) => image.naturalWidth), 256);
    wrong.push(...(await look(page, 'account-picture')));

    await press(page, 'Change E-mail address');
    wrong.push(...(await look(page, 'change-email')));
    const other = somebody();
    await submit(page, { email: other.email });
    wrong.push(...(await look(page, 'change-email-code')));
    const { code } = await waitForMail(house.server.mail, other.email, 'verify_email');
    await fill(page, { 'one-time-code': code });
    await page.waitForURL(at('/profile'));
    await says(page, new RegExp(other.email));

    await press(page, 'Add Phone number');
    await submit(page, { tel: '030 901820' });
    await fill(page, { 'one-time-code': await textedCode(gateway, PHONE) });
    await page.waitForURL(at('/profile'));
    await says(page, /\+4930901820/);
    await press(page, 'Remove Phone number');
    await says(page, /Your phone number is removed/);
    await waitForMail(house.server.mail, other.email, 'phone_changed');

    const { link } = await mailed(person, 'email_changed');
    const mailbox = await open();
    await mailbox.page.goto(link);
    wrong.push(...(await look(mailbox.page, 'undo-change')));
    await submit(mailbox.page);
    wrong.push(...(await look(mailbox.page, 'change-undone')));
    await page.goto(at(''));
    await says(page, /Sign in|E-mail/);
    assert.deepEqual([wrong, faults, mailbox.faults], [[], [], []]);
    await Promise.all([close(), mailbox.close()]);
  });

  test('an authenticator app, its codes, a passkey in the place of the password, and the way back', async () => {
    const { page, person, faults, close } = await moveIn();
    await page.goto(at('/security'));
    const wrong = await look(page, 'account-security-bare');
    await says(page, /One way to confirm it’s you/);
    const key = await addApp(page);
    await says(page, /A second step protects your account.*10 recovery codes are left/);
    await page.locator('summary', { hasText: 'Rename' }).click();
    await page.locator('form.rename [name=name]').fill('Old phone');
    await press(page, 'Save');
    await says(page, /Renamed\..*Old phone/);
    await press(page, 'Make new codes');
    await leaving(page, () => page.locator('button.primary').click());

    await plugIn(page, 'passkey');
    await press(page, /passkey or security key/);
    await page.locator('button.primary').click();
    await page.waitForURL(at('/security'));
    await says(page, /safe from phishing/);
    wrong.push(...(await look(page, 'account-security')));
    await mailed(person, 'factor_added');

    await press(page, 'Remove Password');
    await says(page, /Your password is removed/);
    await mailed(person, 'password_removed');
    await page.context().clearCookies();
    // Chromium offers the passkey in the field, and its virtual key takes it.
    await page.goto(at('/security'), { waitUntil: 'commit' });
    await page.waitForURL(at('/security'));
    await says(page, /You have no password/);
    await press(page, 'Add Password');
    wrong.push(...(await look(page, 'add-password')));
    await submit(page, { 'new-password': 'short' });
    assert.match(await page.title(), /^Error: /);
    await fill(page, { 'new-password': 'four quiet winter apples' });
    await page.locator('button.primary').click();
    await page.waitForURL(at('/security'));
    await says(page, /You have a password/);
    await mailed(person, 'password_changed');
    await press(page, 'Remove Old phone');
    await says(page, /Removed\./);
    await mailed(person, 'factor_removed');
    assert.ok(key.length > 0);
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('a browser that is trusted is asked again, another is signed out, and an app is shown the door', async () => {
    const { page, person, faults, close } = await moveIn();
    const key = await addApp(page);
    const there = await open();
    await there.page.goto(`${house.own}/sign-in`);
    await submit(there.page, { username: person.email });
    await submit(there.page, { 'current-password': person.password });
    await there.page.locator('[name=trust]').check();
    await fill(there.page, { 'one-time-code': totpCode(key, 1) });
    await there.page.locator('button.primary').click();
    await there.page.waitForURL(`${house.own}/**`);

    await page.goto(at('/security'));
    await says(page, /1 browser isn’t asked/);
    await press(page, 'Ask again everywhere');
    await says(page, /Every browser is asked again/);
    await page.goto(at('/sessions'));
    const wrong = await look(page, 'account-sessions');
    await says(page, /Used for Auto Insurance/);
    await press(page, /^Sign out everywhere else/);
    await says(page, /Signed out everywhere else\./);
    await there.page.goto(at(''));
    assert.equal(await there.page.locator('[autocomplete~=username]').count(), 1, 'the other is out');

    await page.goto(at('/apps'));
    wrong.push(...(await look(page, 'account-apps')));
    await press(page, 'Take back Quick Quotes');
    await says(page, /no access any more/);
    await page.goto(at('/sessions'));
    await press(page, /^Sign out/);
    wrong.push(...(await look(page, 'account-signed-out')));
    await page.goto(at(''));
    assert.equal(await page.locator('[autocomplete~=username]').count(), 1);
    assert.deepEqual([wrong, faults, there.faults], [[], [], []]);
    await Promise.all([close(), there.close()]);
  });

  test('an account elsewhere is linked, and unlinked', async () => {
    const { page, person, faults, close } = await moveIn();
    await page.goto(at('/identities'));
    const wrong = await look(page, 'account-identities-none');
    await page.getByRole('button', { name: 'Add Chirrup' }).click();
    await page.waitForURL(`${social.issuer}/**`);
    await fill(page, { name: 'Wren', email: 'wren@chirrup.example' });
    await page.locator('button').first().click();
    await page.waitForURL(at('/identities'));
    await says(page, /Chirrup wren@chirrup\.example/);
    wrong.push(...(await look(page, 'account-identities')));
    await mailed(person, 'identity_linked');
    await press(page, 'Remove Chirrup');
    await says(page, /You can no longer sign in with it/);
    await mailed(person, 'identity_unlinked');
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('a copy of the data, deleting the account, and keeping it after all', async () => {
    const { page, person, faults, close } = await moveIn();
    await page.goto(at('/privacy'));
    await press(page, 'Ask for a copy');
    await says(page, /It is being made/);
    const { link } = await mailed(person, 'export_ready');
    await page.goto(link);
    const wrong = await look(page, 'account-privacy');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    const copy = JSON.parse(readFileSync(await download.path(), 'utf8')) as Record<string, unknown>;
    assert.ok(JSON.stringify(copy).includes(person.email));

    await press(page, 'Delete my account');
    assert.match(await page.title(), /^Error: /);
    wrong.push(...(await look(page, 'account-delete-unsure')));
    await page.locator('[name=sure]').check();
    await press(page, 'Delete my account');
    await says(page, /will be deleted on/);
    await page.goto(at(''));
    wrong.push(...(await look(page, 'account-overview-leaving')));
    await leaving(page, () => page.getByRole('link', { name: 'Keep my account' }).click());
    await press(page, 'Keep my account');
    await says(page, /Your account stays/);
    await page.locator('[name=sure]').check();
    await press(page, 'Delete my account');
    const mail = await mailed(person, 'deletion_requested');
    const mailbox = await open();
    await mailbox.page.goto(mail.link);
    wrong.push(...(await look(mailbox.page, 'keep-account')));
    await submit(mailbox.page);
    await says(mailbox.page, /stays/);
    await page.reload();
    assert.doesNotMatch(await text(page), /will be deleted on/);
    assert.deepEqual([wrong, faults, mailbox.faults], [[], [], []]);
    await Promise.all([close(), mailbox.close()]);
  });

  test('“this wasn’t me” ends it all, and says what to do', async () => {
    const { page, faults, close } = await moveIn();
    await page.goto(at('/activity'));
    const wrong = await look(page, 'account-activity');
    await says(page, /Signed in to Quick Quotes|You created your account/i);
    await page.locator('details.not-me summary').first().click();
    wrong.push(...(await look(page, 'account-activity-open')));
    await press(page, 'Sign me out everywhere');
    wrong.push(...(await look(page, 'account-disowned')));
    await page.goto(at(''));
    assert.equal(await page.locator('[autocomplete~=username]').count(), 1, 'nobody is in any more');
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('the keyboard alone comes to everything on every page, and is seen on the way', async () => {
    const { page, faults, close } = await moveIn();
    await addApp(page);
    const wrong: string[] = [];
    for (const section of SECTIONS) {
      await page.goto(at(section));
      wrong.push(...(await unreachable(page)).map((what) => `/account${section}: ${what}`));
    }
    assert.deepEqual(wrong, []);

    const enter = () => leaving(page, () => page.keyboard.press('Enter'));
    await page.goto(at(''));
    await tabTo(page, '.rail a[href="/account/security"]');
    await enter();
    await tabTo(page, '.things details summary');
    await page.keyboard.press('Enter');
    await tabTo(page, 'form.rename [name=name]');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('By keyboard');
    await enter();
    await says(page, /Renamed\..*By keyboard/);
    await page.goto(at('/privacy'));
    await tabTo(page, '[name=sure]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await enter();
    await says(page, /will be deleted on/);
    await tabTo(page, 'button.primary');
    await enter();
    await says(page, /Your account stays/);
    assert.deepEqual(faults, []);
    await close();
  });

  test('all of it works without script', async () => {
    const { page, person, faults, close } = await moveIn({ javaScriptEnabled: false });
    await page.goto(at('/profile'));
    await page.locator('[name=given_name]').fill('Grace');
    await page.getByRole('button', { name: 'Save' }).click();
    await says(page, /Saved\./);
    await page.goto(at('/security'));
    await page.getByRole('button', { name: /authenticator app/ }).click();
    const key = ((await page.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '');
    await submit(page, { 'one-time-code': totpCode(key) });
    await page.locator('button.primary').click();
    await says(page, /A second step protects your account/);
    await page.getByRole('button', { name: 'Remove Authenticator app' }).click();
    await says(page, /Removed\./);
    await page.goto(at('/sessions'));
    await page
      .getByRole('button', { name: /^Sign out/ })
      .first()
      .click();
    await page.goto(at('/privacy'));
    await submit(page, { username: person.email });
    await submit(page, { 'current-password': person.password });
    await says(page, /Delete your account/);
    await page.locator('[name=sure]').check();
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await says(page, /will be deleted on/);
    assert.deepEqual(faults, []);
    await close();
  });
});
