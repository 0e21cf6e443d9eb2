// needs: chromium
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createWindows, fill, leaving, look, submit } from '../support/chromium.ts';
import { tabTo, unreachable } from '../support/keyboard.ts';
import { totpCode } from '../support/totp.ts';
import { plugIn } from '../support/virtual-keys.ts';
import { type AccountHouse, startAccountHouse } from './start-account.ts';

const SECTIONS = ['', '/profile', '/security', '/sessions', '/activity', '/apps', '/identities', '/privacy'];

describe('what people get in with, on the account pages in a browser', () => {
  const open = createWindows();
  let here: AccountHouse;
  before(async () => {
    here = await startAccountHouse(open);
  });
  after(() => here.close());

  test('an authenticator app, its codes, a passkey in the place of the password, and the way back', async () => {
    const { page, person, faults, close } = await here.moveIn();
    await page.goto(here.at('/security'));
    const wrong = await look(page, 'account-security-bare');
    await here.says(page, /One way to confirm it’s you/);
    const key = await here.addApp(page);
    await here.says(page, /A second step is ready.*10 recovery codes are left/);
    await page.locator('summary', { hasText: 'Rename' }).click();
    await page.locator('form.rename [name=name]').fill('Old phone');
    await here.press(page, 'Save');
    await here.says(page, /Renamed\..*Old phone/);
    await here.press(page, 'Make new codes');
    await leaving(page, () => page.locator('button.primary').click());

    await plugIn(page, 'passkey');
    await here.press(page, /passkey or security key/);
    await page.locator('button.primary').click();
    await page.waitForURL(here.at('/security'));
    await here.says(page, /safe from phishing/);
    wrong.push(...(await look(page, 'account-security')));
    await here.mailed(person, 'factor_added');

    await here.press(page, 'Remove Password');
    await here.says(page, /Your password is removed/);
    await here.mailed(person, 'password_removed');
    await page.context().clearCookies();
    // Chromium offers the passkey in the field, and its virtual key takes it.
    await page.goto(here.at('/security'), { waitUntil: 'commit' });
    await page.waitForURL(here.at('/security'));
    await here.says(page, /You have no password/);
    await here.press(page, 'Add Password');
    wrong.push(...(await look(page, 'add-password')));
    await submit(page, { 'new-password': 'short' });
    assert.match(await page.title(), /^Error: /);
    await fill(page, { 'new-password': 'four quiet winter apples' });
    await page.locator('button.primary').click();
    await page.waitForURL(here.at('/security'));
    await here.says(page, /You have a password/);
    await here.mailed(person, 'password_changed');
    await here.press(page, 'Remove Old phone');
    await here.says(page, /Removed\./);
    await here.mailed(person, 'factor_removed');
    assert.ok(key.length > 0);
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('a browser that is trusted is asked again, another is signed out, and an app is shown the door', async () => {
    const { page, person, faults, close } = await here.moveIn();
    const key = await here.addApp(page);
    const there = await open();
    await there.page.goto(`${here.house.own}/sign-in`);
    await submit(there.page, { username: person.email });
    await submit(there.page, { 'current-password': person.password });
    await there.page.locator('[name=trust]').check();
    await fill(there.page, { 'one-time-code': totpCode(key, 1) });
    await there.page.locator('button.primary').click();
    await there.page.waitForURL(`${here.house.own}/**`);

    await page.goto(here.at('/security'));
    await here.says(page, /1 browser isn’t asked/);
    await here.press(page, 'Ask again everywhere');
    await here.says(page, /Every browser is asked again/);
    await page.goto(here.at('/sessions'));
    const wrong = await look(page, 'account-sessions');
    await here.says(page, /Used for Auto Insurance/);
    await here.press(page, /^Sign out everywhere else/);
    await here.says(page, /Signed out everywhere else\./);
    await there.page.goto(here.at(''));
    assert.equal(await there.page.locator('[autocomplete~=username]').count(), 1, 'the other is out');

    await page.goto(here.at('/apps'));
    wrong.push(...(await look(page, 'account-apps')));
    await here.press(page, 'Take back Quick Quotes');
    await here.says(page, /no access any more/);
    await page.goto(here.at('/sessions'));
    await here.press(page, /^Sign out/);
    wrong.push(...(await look(page, 'account-signed-out')));
    await page.goto(here.at(''));
    assert.equal(await page.locator('[autocomplete~=username]').count(), 1);
    assert.deepEqual([wrong, faults, there.faults], [[], [], []]);
    await Promise.all([close(), there.close()]);
  });

  test('the keyboard alone comes to everything on every page, and is seen on the way', async () => {
    const { page, faults, close } = await here.moveIn();
    await here.addApp(page);
    const wrong: string[] = [];
    for (const section of SECTIONS) {
      await page.goto(here.at(section));
      wrong.push(...(await unreachable(page)).map((what) => `/account${section}: ${what}`));
    }
    assert.deepEqual(wrong, []);

    const enter = () => leaving(page, () => page.keyboard.press('Enter'));
    await page.goto(here.at(''));
    await tabTo(page, '.rail a[href="/account/security"]');
    await enter();
    await tabTo(page, '.things details summary');
    await page.keyboard.press('Enter');
    await tabTo(page, 'form.rename [name=name]');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('By keyboard');
    await enter();
    await here.says(page, /Renamed\..*By keyboard/);
    await page.goto(here.at('/privacy'));
    await tabTo(page, '[name=sure]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await enter();
    await here.says(page, /will be deleted on/);
    await tabTo(page, 'button.primary');
    await enter();
    await here.says(page, /Your account stays/);
    assert.deepEqual(faults, []);
    await close();
  });

  test('all of it works without script', async () => {
    const { page, person, faults, close } = await here.moveIn({ javaScriptEnabled: false });
    await page.goto(here.at('/profile'));
    await page.locator('[name=given_name]').fill('Grace');
    await page.getByRole('button', { name: 'Save' }).click();
    await here.says(page, /Saved\./);
    await page.goto(here.at('/security'));
    await page.getByRole('button', { name: /authenticator app/ }).click();
    const key = ((await page.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '');
    await submit(page, { 'one-time-code': totpCode(key) });
    await page.locator('button.primary').click();
    await here.says(page, /A second step is ready/);
    await page.getByRole('button', { name: 'Remove Authenticator app' }).click();
    await here.says(page, /Removed\./);
    await page.goto(here.at('/sessions'));
    await page
      .getByRole('button', { name: /^Sign out/ })
      .first()
      .click();
    await page.goto(here.at('/privacy'));
    await submit(page, { username: person.email });
    await submit(page, { 'current-password': person.password });
    await here.says(page, /Delete your account/);
    await page.locator('[name=sure]').check();
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await here.says(page, /will be deleted on/);
    assert.deepEqual(faults, []);
    await close();
  });
});
