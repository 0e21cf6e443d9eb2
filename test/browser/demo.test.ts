// needs: chromium
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createWindows, fill, leaving, look, submit } from '../support/chromium.ts';
import { waitForMail } from '../support/mailbox.ts';
import { somebody } from '../support/people.ts';
import { totpCode } from '../support/totp.ts';
import { type Demo, startDemo } from './start-demo.ts';

describe('the demo from a cold start', () => {
  const open = createWindows();
  let demo: Demo;
  before(async () => {
    demo = await startDemo();
  });
  after(async () => {
    assert.equal(await demo.stop(), 0);
  });

  const press = (page: Page, name: string) =>
    leaving(page, () => page.getByRole('button', { name, exact: true }).click());
  const follow = (page: Page, name: string) =>
    leaving(page, () => page.getByRole('link', { name, exact: true }).click());
  const claim = (page: Page, name: string) => page.locator(`tr:has(th:text-is("${name}")) td`).textContent();

  test('says where everything is and that it is a demo', () => {
    for (const address of [demo.auto, demo.home, demo.mailbox, demo.issuer]) assert.ok(demo.said().includes(address));
    assert.match(demo.said(), /not for real use/);
  });

  test('a newcomer registers with a code from the mailbox, is known to the other app, and signs out of both', async () => {
    const { page, faults, close } = await open();
    const person = somebody();
    await page.goto(demo.auto);
    await follow(page, 'Create account');
    assert.match((await page.locator('h1').textContent()) ?? '', /account/i);
    await submit(page, { email: person.email, 'new-password': person.password });

    // The code is read where a newcomer reads it: on the page of the mailbox.
    const mailbox = await page.context().newPage();
    await mailbox.goto(demo.mailbox);
    const wrong = await look(mailbox, 'mailbox');
    await leaving(mailbox, () => mailbox.locator('.mails a', { hasText: person.email }).first().click());
    const code = (await mailbox.getByLabel('Code', { exact: true }).textContent()) ?? '';
    assert.match(code, /^\d{6}$/);
    wrong.push(...(await look(mailbox, 'mailbox-mail')));
    assert.deepEqual(wrong, []);
    await mailbox.close();

    await leaving(page, () => fill(page, { 'one-time-code': code }));
    assert.equal(page.url(), `${demo.auto}/`);
    assert.equal(await claim(page, 'email'), person.email);
    assert.equal(await claim(page, 'email_verified'), 'true');

    await page.goto(demo.home);
    await follow(page, 'Sign in');
    assert.match((await page.locator('h1').textContent()) ?? '', /One more step for Home Insurance/);
    const phone = `+4930901${String(Math.floor(Math.random() * 1000)).padStart(3, '0')}`;
    await press(page, 'Confirm your phone number We send one code to your phone, and that’s it.');
    await submit(page, { tel: phone });
    const texts = await page.context().newPage();
    await texts.goto(demo.mailbox);
    await leaving(texts, () => texts.locator('.mails a', { hasText: phone }).first().click());
    const texted = (await texts.getByLabel('Code', { exact: true }).textContent()) ?? '';
    await texts.close();
    await leaving(page, () => fill(page, { 'one-time-code': texted }));
    assert.equal(page.url(), `${demo.home}/`);
    assert.equal(await claim(page, 'email'), person.email);
    await press(page, 'Call API');
    assert.match((await page.locator('pre').textContent()) ?? '', new RegExp(person.email));
    await press(page, 'Refresh');
    assert.match((await page.locator('pre').textContent()) ?? '', /expires_in/);

    // The claims API wants a second factor: the app goes and gets it (RFC 9470).
    await page.goto(demo.auto);
    await press(page, 'File a claim');
    assert.match((await page.locator('h1').textContent()) ?? '', /One more step for Auto Insurance/);
    await leaving(page, () => page.locator('[name=method][value=totp]').click());
    const key = ((await page.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '');
    await leaving(page, () => fill(page, { 'one-time-code': totpCode(key) }));
    await press(page, 'I kept them');
    assert.equal(page.url(), `${demo.auto}/`);
    assert.match((await page.locator('pre').textContent()) ?? '', /"filed": 1/);
    assert.equal(await claim(page, 'acr'), 'aal2');
    await press(page, 'File a claim');
    assert.match((await page.locator('pre').textContent()) ?? '', /"filed": 2/, 'and now without another question');
    await follow(page, 'Your account');
    assert.equal(page.url(), `${demo.issuer}/account`);
    assert.match((await page.locator('main').textContent()) ?? '', new RegExp(`${person.email}.*Add a passkey`, 's'));
    await page.goto(demo.home);

    await press(page, 'Sign out');
    if (page.url().startsWith(demo.issuer)) await submit(page);
    assert.equal(page.url(), `${demo.home}/`);
    assert.match((await page.getByRole('status').textContent()) ?? '', /signed out/i);
    // Back-channel logout comes by the outbox, a moment later.
    await page.goto(demo.auto);
    for (let tries = 0; tries < 50 && !(await page.getByRole('link', { name: 'Sign in' }).isVisible()); tries += 1) {
      await page.waitForTimeout(100);
      await page.reload();
    }
    assert.ok(await page.getByRole('link', { name: 'Sign in' }).isVisible(), 'the other app has signed out too');
    assert.deepEqual(faults, []);
    await close();
  });

  test('somebody comes with an account elsewhere, and the home still wants a second factor', async () => {
    const { page, faults, close } = await open();
    await page.goto(`${demo.auto}/sign-in`);
    await press(page, 'Continue with Chirrup');
    await page.waitForURL((url) => url.pathname === '/authorize');
    assert.deepEqual(await look(page, 'demo-social-account'), []);
    const email = somebody().email;
    await fill(page, { name: 'Robin Gray', email });
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${demo.auto}/`);
    assert.deepEqual([await claim(page, 'email'), await claim(page, 'given_name')], [email, 'Robin']);
    await page.goto(demo.home);
    await follow(page, 'Sign in');
    assert.match((await page.locator('h1').textContent()) ?? '', /One more step for Home Insurance/);
    assert.deepEqual(faults, []);
    await close();
  });

  test('everything works without JavaScript: registration, sign-in, forgotten password, a second factor', async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    const person = somebody();
    await page.goto(`${demo.auto}/sign-up`);
    await submit(page, { email: person.email, 'new-password': person.password });
    const { code } = await waitForMail(demo.mail, person.email, 'verify_email');
    await submit(page, { 'one-time-code': code });
    assert.equal(page.url(), `${demo.auto}/`);
    await close();

    const { page: later, close: closeLater } = await open({ javaScriptEnabled: false });
    await later.goto(`${demo.auto}/sign-in`);
    await submit(later, { username: person.email });
    await press(later, 'Forgot password?');
    await submit(later, { username: person.email });
    const reset = await waitForMail(demo.mail, person.email, 'reset_password');
    await submit(later, { 'one-time-code': reset.code });
    const password = `${person.password} again`;
    await submit(later, { 'new-password': password });
    assert.equal(later.url(), `${demo.auto}/`);
    await closeLater();

    const { page: last, close: closeLast } = await open({ javaScriptEnabled: false });
    await last.goto(`${demo.home}/sign-in`);
    await submit(last, { username: person.email });
    await submit(last, { 'current-password': password });
    await leaving(last, () => last.locator('[name=method][value=totp]').click());
    const key = ((await last.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '');
    await submit(last, { 'one-time-code': totpCode(key) });
    await submit(last);
    assert.equal(last.url(), `${demo.home}/`);
    await closeLast();
  });
});
