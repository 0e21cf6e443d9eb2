// needs: chromium
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createWindows } from '../support/chromium.ts';
import { serveScenes } from '../support/gallery.ts';

const CODES = /^(?:[0-9a-z]{4}(?:-[0-9a-z]{4}){2}\n)+$/;

describe('pages that show what is to be kept', () => {
  const open = createWindows();
  let scenes: Awaited<ReturnType<typeof serveScenes>>;
  before(async () => {
    scenes = await serveScenes();
  });
  after(() => scenes.close());

  test('recovery codes go into a file, one a line, under our own content security policy', async () => {
    const { page, faults, close } = await open();
    await page.goto(`${scenes.origin}/enroll-recovery-codes`);
    const shown = await page.locator('#recovery-codes li').allTextContents();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'recovery-codes.txt');
    const text = await readFile(await file.path(), 'utf8');
    assert.match(text, CODES);
    assert.deepEqual(
      text.trimEnd().split('\n'),
      shown.map((line) => line.trim()),
    );
    assert.deepEqual(faults, []);
    await close();
  });

  test('the codes and the key are copied as they are to be kept: the key without its spaces', async () => {
    const { page, faults, close } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const copied = async (name: string) => {
      await page.goto(`${scenes.origin}/${name}`);
      for (const summary of await page.locator('main summary').all()) await summary.click();
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    assert.match(`${await copied('enroll-recovery-codes')}\n`, CODES);
    const key = await copied('enroll-totp');
    assert.match(key, /^[A-Z2-7]+$/);
    assert.equal(key, (await page.locator('#totp-key').textContent())?.replaceAll(' ', ''));
    assert.deepEqual(faults, []);
    await close();
  });

  test('without script everything is there but the buttons that need it', async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    await page.goto(`${scenes.origin}/enroll-recovery-codes`);
    assert.ok((await page.locator('#recovery-codes li').count()) > 0);
    assert.deepEqual(await page.getByRole('main').getByRole('button').allTextContents(), ['I kept them']);
    await page.goto(`${scenes.origin}/enroll-totp`);
    await page.locator('main summary').click();
    assert.ok(await page.locator('#totp-key').isVisible());
    assert.equal(await page.getByRole('button', { name: 'Copy' }).count(), 0);
    await close();
  });

  test('the QR code is dark on white, whatever the colours of the page', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, close } = await open({ colorScheme });
      await page.goto(`${scenes.origin}/enroll-totp`);
      const fills = await page
        .locator('svg.qr > *')
        .evaluateAll((shapes) => shapes.map((one) => getComputedStyle(one).fill));
      assert.deepEqual(fills, ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'], colorScheme);
      await close();
    }
  });
});
