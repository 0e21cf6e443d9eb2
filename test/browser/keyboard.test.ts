// needs: chromium
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createWindows, leaving } from '../support/chromium.ts';
import { tabTo } from '../support/keyboard.ts';
import { waitForMail } from '../support/mailbox.ts';
import { somebody } from '../support/people.ts';
import { type House, startHouse } from './start-house.ts';

describe('with the keyboard alone', () => {
  const open = createWindows();
  let house: House;
  before(async () => {
    house = await startHouse();
  });
  after(() => house.close());

  const enter = (page: Page) => leaving(page, () => page.keyboard.press('Enter'));
  const focusedName = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('name'));
  /** The field that has the focus when the page opens, without any key pressed. */
  const opensOn = (page: Page, name: string) =>
    page.waitForFunction((wanted) => document.activeElement?.getAttribute('name') === wanted, name);

  test('a person registers, mends what was wrong, and signs in again', async () => {
    const person = somebody();
    const { page, close } = await open();
    await page.goto(house.foreign);
    await tabTo(page, 'a[href="/sign-up"]');
    await enter(page);
    await opensOn(page, 'email');
    await page.keyboard.type(person.email);
    await tabTo(page, '[name=given_name]');
    await page.keyboard.type('Ada');
    await tabTo(page, '[name=new_password]');
    await page.keyboard.type('short');
    await enter(page);
    await opensOn(page, 'new_password');
    assert.match(await page.title(), /^Error: /);
    await page.keyboard.type(person.password);
    await tabTo(page, '[type=checkbox]');
    await page.keyboard.press('Space');
    await tabTo(page, 'button.primary');
    await enter(page);
    await opensOn(page, 'code');
    const { code } = await waitForMail(house.server.mail, person.email, 'verify_email');
    // The last digit sends it.
    await leaving(page, () => page.keyboard.type(code));
    await tabTo(page, 'button.primary');
    await enter(page);
    assert.equal(page.url(), `${house.foreign}/`);
    await close();

    const { page: later, close: closeLater } = await open();
    await later.goto(house.own);
    await tabTo(later, 'a[href="/sign-in"]');
    await enter(later);
    await opensOn(later, 'identifier');
    await later.keyboard.type(person.email);
    await enter(later);
    await opensOn(later, 'password');
    await later.keyboard.type(person.password);
    await enter(later);
    assert.equal(later.url(), `${house.own}/`);
    await closeLater();
  });

  test('the language is chosen, and Escape closes its list without losing what was typed', async () => {
    const { page, close } = await open();
    await page.goto(`${house.own}/sign-in`);
    await opensOn(page, 'identifier');
    await page.keyboard.type('ada@');
    await tabTo(page, '.languages summary');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.languages').getAttribute('open'), null);
    assert.equal(await page.locator('[name=identifier]').inputValue(), 'ada@');
    await page.keyboard.press('Enter');
    await tabTo(page, 'a[hreflang=de]');
    await enter(page);
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    assert.equal(await focusedName(page), 'identifier');
    await close();
  });

  test('every field says what it is for, so that password managers can fill it', async () => {
    const { page, close } = await open();
    const tokens = () =>
      page
        .locator('main input:not([type=hidden], [type=checkbox])')
        .evaluateAll((inputs) => inputs.map((input) => `${input.getAttribute('autocomplete')}`));
    const person = somebody();
    await page.goto(`${house.own}/sign-up`);
    assert.deepEqual(await tokens(), ['email', 'new-password']);
    await page.goto(`${house.own}/sign-in`);
    assert.deepEqual(await tokens(), ['username webauthn']);
    await page.locator('[name=identifier]').fill(person.email);
    await leaving(page, () => page.keyboard.press('Enter'));
    assert.deepEqual(await tokens(), ['username', 'current-password']);
    assert.equal(await page.locator('[autocomplete=username]').inputValue(), person.email);
    await leaving(page, () => page.getByRole('button', { name: 'code by e-mail' }).click());
    assert.deepEqual(await tokens(), ['one-time-code']);
    await close();
  });
});
