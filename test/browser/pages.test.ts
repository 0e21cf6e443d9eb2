// needs: chromium
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createWindows, fill, leaving, look, submit } from '../support/chromium.ts';
import { waitForMail } from '../support/mailbox.ts';
import { type Person, somebody } from '../support/people.ts';
import { type House, startHouse } from './start-house.ts';

describe('every page, in light, dark and on a phone', () => {
  const open = createWindows();
  let house: House;
  let person: Person;
  before(async () => {
    house = await startHouse();
  });
  after(() => house.close());

  const press = (page: Page, name: string) => leaving(page, () => page.getByRole('button', { name }).first().click());
  // The browser gives the focus with the first picture it paints, a moment after the load.
  const focusOn = (page: Page, name: string) =>
    page
      .waitForFunction((wanted) => document.activeElement?.getAttribute('name') === wanted, name, { timeout: 3000 })
      .then(
        () => true,
        () => false,
      );

  /** Looks at a page, and that a wrong answer is told beside its field, in the title, with the focus there. */
  async function seen(page: Page, name: string, wrongField?: string): Promise<string[]> {
    if (wrongField !== undefined) {
      assert.match(await page.title(), /^Error: /, name);
      const field = page.locator(`[name="${wrongField}"]:not(.unseen)`);
      assert.ok(await focusOn(page, wrongField), `${name}: the focus is on what is wrong`);
      const described = (await field.getAttribute('aria-describedby')) ?? '';
      const told = await page.locator(`#${described.split(' ').join(', #')}`).allTextContents();
      assert.ok(told.some((text) => text.trim() !== '') && described.includes('error'), `${name}: told beside it`);
    }
    return look(page, name);
  }

  test('registration', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    person = somebody();
    await page.goto(house.foreign);
    wrong.push(...(await look(page, 'app-welcome')));
    await page.goto(`${house.foreign}/sign-up`);
    wrong.push(...(await seen(page, 'register')));
    await submit(page);
    wrong.push(...(await seen(page, 'register-empty', 'email')));
    await page.locator('[type=checkbox]').check();
    await submit(page, { email: person.email, 'given-name': 'Ada', 'new-password': 'short' });
    wrong.push(...(await seen(page, 'register-short-password', 'new_password')));
    await submit(page, { 'new-password': person.password });
    wrong.push(...(await seen(page, 'code')));
    await leaving(page, () => fill(page, { 'one-time-code': '000000' }));
    wrong.push(...(await seen(page, 'code-wrong', 'code')));
    const { code } = await waitForMail(house.server.mail, person.email, 'verify_email');
    await leaving(page, () => fill(page, { 'one-time-code': code }));
    wrong.push(...(await seen(page, 'consent')));
    await submit(page);
    assert.equal(page.url(), `${house.foreign}/`);
    wrong.push(...(await look(page, 'app-claims')));

    await page.goto(`${house.server.issuer}/session/end`);
    wrong.push(...(await seen(page, 'logout')));
    await submit(page);
    wrong.push(...(await seen(page, 'logout-done')));
    assert.deepEqual(wrong, []);
    assert.deepEqual(faults, []);
    await close();
  });

  test('sign-in, wrong passwords and recovery', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    await page.goto(`${house.own}/sign-in`);
    wrong.push(...(await seen(page, 'sign-in')));
    await submit(page, { username: 'nobody' });
    wrong.push(...(await seen(page, 'sign-in-wrong', 'identifier')));
    await submit(page, { username: person.email });
    wrong.push(...(await seen(page, 'password')));
    await submit(page, { 'current-password': 'not the password at all' });
    wrong.push(...(await seen(page, 'password-wrong', 'password')));
    for (let tries = 0; tries < 6; tries += 1) await submit(page, { 'current-password': `wrong again ${tries}` });
    wrong.push(...(await seen(page, 'password-too-many')));
    await press(page, 'code by e-mail');
    wrong.push(...(await seen(page, 'sign-in-code')));
    await press(page, 'password');
    await press(page, 'Forgot password');
    wrong.push(...(await seen(page, 'recover')));
    await submit(page, { username: person.email });
    wrong.push(...(await seen(page, 'reset-code')));
    const { code, link } = await waitForMail(house.server.mail, person.email, 'reset_password');
    const other = await open();
    await other.page.goto(link);
    wrong.push(...(await seen(other.page, 'reset-link')));
    await submit(other.page, { 'new-password': 'short' });
    wrong.push(...(await seen(other.page, 'reset-link-short', 'new_password')));
    await leaving(page, () => fill(page, { 'one-time-code': code }));
    wrong.push(...(await seen(page, 'new-password')));
    person.password = `${person.password} anew`;
    await submit(page, { 'new-password': person.password });
    assert.equal(page.url(), `${house.own}/`);
    await submit(other.page, { 'new-password': person.password });
    assert.equal(await other.page.locator('h1').textContent(), 'This link has expired');
    wrong.push(...(await seen(other.page, 'reset-link-used')));
    assert.deepEqual(wrong, []);
    assert.deepEqual([...faults, ...other.faults], []);
    await Promise.all([close(), other.close()]);
  });

  test('what goes wrong outside a form', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    const { issuer } = house.server;
    const addresses = {
      'unknown-client': '/auth?client_id=nobody&response_type=code&scope=openid',
      'bad-redirect': '/auth?client_id=own&response_type=code&scope=openid&redirect_uri=http://evil.test/',
      expired: '/interaction/abcdefghijklmnopqrstu',
      'not-found': '/nowhere',
    };
    for (const [name, path] of Object.entries(addresses)) {
      await page.goto(issuer + path);
      wrong.push(...(await seen(page, name)));
    }

    await page.goto(`${house.own}/sign-in`);
    await press(page, 'Back to Auto Insurance');
    assert.match(page.url(), new RegExp(`^${house.own}/callback`), 'the policy lets the form lead to the app');
    wrong.push(...(await look(page, 'app-cancelled')));

    await page.goto(`${house.own}/sign-in`);
    await page.context().clearCookies();
    await submit(page, { username: person.email });
    wrong.push(...(await seen(page, 'cookies-missing')));
    assert.deepEqual(wrong, []);
    assert.deepEqual(faults, []);
    await close();
  });

  test('a device is approved', async () => {
    const { page, faults, close } = await open();
    const wrong: string[] = [];
    const { userCode } = await house.device();
    await page.goto(`${house.server.issuer}/device`);
    wrong.push(...(await seen(page, 'device')));
    await page.locator('[name=user_code]').fill('BBBB-BBBB');
    await submit(page);
    wrong.push(...(await seen(page, 'device-wrong', 'user_code')));
    await page.locator('[name=user_code]').fill(userCode);
    await submit(page);
    wrong.push(...(await seen(page, 'device-confirm')));
    await submit(page);
    wrong.push(...(await seen(page, 'device-sign-in')));
    await submit(page, { username: person.email });
    await submit(page, { 'current-password': person.password });
    wrong.push(...(await seen(page, 'device-consent')));
    await submit(page);
    wrong.push(...(await seen(page, 'device-done')));
    assert.deepEqual(wrong, []);
    assert.deepEqual(faults, []);
    await close();
  });

  test('the first page with everything on it is under 30 KB', async () => {
    const { page, close } = await open();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    const sent = new Map<string, number>();
    const urls: string[] = [];
    session.on('Network.responseReceived', ({ requestId, response }) => {
      if (!response.url.startsWith(house.server.issuer)) return;
      urls.push(response.url);
      sent.set(requestId, 0);
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (sent.has(requestId)) sent.set(requestId, encodedDataLength);
    });
    await page.goto(`${house.own}/sign-in`, { waitUntil: 'networkidle' });
    const total = [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(urls.length >= 3 && total > 4000, `page, style and script were counted: ${urls.join(' ')}`);
    assert.ok(total < 30_000, `${total} bytes in ${urls.length} answers: ${urls.join(' ')}`);
    await close();
  });
});
