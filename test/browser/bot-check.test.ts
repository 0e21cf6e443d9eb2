// needs: chromium
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { createWindows, fill, look, submit } from '../support/chromium.ts';
import { waitForMail } from '../support/mailbox.ts';
import { autoApp, CLIENTS, somebody } from '../support/people.ts';
import { type RunningServer, startBacking, startServer } from '../support/server.ts';

const open = createWindows();

/** A server that asks everybody, with this check. */
async function asking(t: { after(work: () => Promise<unknown>): void }, check: string): Promise<RunningServer> {
  const backing = await startBacking('pglite');
  t.after(backing.close);
  const file = CLIENTS.replace(/bot_check: .*/, `bot_check: { when: always, ${check} }`);
  const server = await startServer({ backing, file });
  t.after(server.stop);
  return server;
}

async function registering({ issuer }: RunningServer, page: Page): Promise<void> {
  await page.goto((await (await autoApp(issuer)).start({ prompt: 'create' })).url.href);
}

const said = (page: Page) => page.locator('[data-said]:not([hidden])').textContent();
const title = (page: Page) => page.locator('h1').textContent();

test('a browser does the work beside the page, and nothing is asked of the person', async (t) => {
  const server = await asking(t, 'provider: altcha');
  const { page, faults } = await open();
  await registering(server, page);
  await page.locator('[data-said="done"]:not([hidden])').waitFor();
  assert.match((await said(page)) ?? '', /has shown that you’re not a robot/);
  const wrong = await look(page, 'bot-check');
  const { email, password } = somebody();
  await submit(page, { email, 'new-password': password });
  assert.match((await title(page)) ?? '', /Confirm your e.mail address/);
  await waitForMail(server.mail, email, 'verify_email');
  assert.deepEqual([wrong, faults], [[], []]);
});

test('whoever is quicker than the work waits for it, and their form is sent once', async (t) => {
  const server = await asking(t, 'provider: altcha, difficulty: 30');
  const { page, faults } = await open();
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.postData() ?? '');
  });
  await registering(server, page);
  const { email, password } = somebody();
  await fill(page, { email, 'new-password': password });
  const button = page.locator('button.primary');
  await button.click();
  assert.match((await said(page)) ?? '', /takes a moment/);
  const wrong = await look(page, 'bot-check-working');
  await button.click();
  await page.getByText('Confirm your e‑mail address').waitFor({ timeout: 60_000 });
  assert.deepEqual([sent.length, wrong, faults], [1, [], []]);
});

test('without script a sentence says what is missing', async (t) => {
  const server = await asking(t, 'provider: altcha');
  const { page } = await open({ javaScriptEnabled: false });
  await registering(server, page);
  assert.match((await page.locator('.bot-check').innerText()).trim(), /needs JavaScript/);
});

test('a widget of somebody else is let in, and what it says goes with the form', async (t) => {
  const server = await asking(t, 'provider: turnstile, site_key: site, secret: secret');
  const { page, faults } = await open();
  await page.route('https://challenges.cloudflare.com/turnstile/v0/api.js', (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `const field = document.createElement('input');
        Object.assign(field, { type: 'hidden', name: 'cf-turnstile-response', value: 'a-token' });
        document.querySelector('.cf-turnstile[data-sitekey="site"]').append(field);`,
    }),
  );
  // The answer is looked at, and not sent: the server would ask the real maker about it.
  const posted = page.waitForRequest((request) => request.method() === 'POST');
  await page.route('**/submit', (route) => route.fulfill({ status: 204 }));
  await registering(server, page);
  const { email, password } = somebody();
  await fill(page, { email, 'new-password': password });
  await page.locator('button.primary').click();
  assert.equal(new URLSearchParams((await posted).postData() ?? '').get('bot_check'), 'a-token');
  assert.deepEqual(faults, []);
});
