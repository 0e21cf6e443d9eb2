// needs: chromium
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { createWindows, fill, leaving, look, submit } from '../support/chromium.ts';
import { waitForMail } from '../support/mailbox.ts';
import { somebody } from '../support/people.ts';
import { textedCode } from '../support/sms-gateways.ts';
import { type AccountHouse, startAccountHouse } from './start-account.ts';

const PHONE = '+4930901820';

describe('the account pages in a browser', () => {
  const open = createWindows();
  let here: AccountHouse;
  before(async () => {
    here = await startAccountHouse(open);
  });
  after(() => here.close());

  test('names, picture, address and number', async () => {
    const { page, person, faults, close } = await here.moveIn();
    const wrong = await look(page, 'account-overview');
    await page.goto(here.at('/profile'));
    wrong.push(...(await look(page, 'account-profile')));
    await page.locator('[name=family_name]').fill('Lovelace');
    await page.locator('[name=newsletter][type=checkbox]').check();
    await here.press(page, 'Save');
    await here.says(page, /Saved\./);
    assert.equal(await page.locator('[name=family_name]').inputValue(), 'Lovelace');
    assert.ok(await page.locator('[name=newsletter][type=checkbox]').isChecked());
    assert.equal(await page.locator('[name=tier]').count(), 0, 'what may not be changed has no field');

    const bytes = await sharp({ create: { width: 800, height: 500, channels: 3, background: '#7a4' } })
      .jpeg()
      .toBuffer();
    const pick = (name: string, mimeType: string, buffer: Buffer) =>
      page.locator('[type=file]').setInputFiles({ name, mimeType, buffer });
    await pick('me.txt', 'text/plain', Buffer.from('no picture'));
    await here.press(page, 'Upload');
    assert.match(await page.title(), /^Error: /);
    await here.says(page, /can’t read that picture/);
    wrong.push(...(await look(page, 'account-picture-wrong')));
    await pick('me.jpg', 'image/jpeg', bytes);
    await here.press(page, 'Upload');
    const portrait = page.locator('img.portrait');
    assert.equal(await portrait.evaluate((image: HTMLImageElement) => image.naturalWidth), 256);
    wrong.push(...(await look(page, 'account-picture')));

    await here.press(page, 'Change E-mail address');
    wrong.push(...(await look(page, 'change-email')));
    const other = somebody();
    await submit(page, { email: other.email });
    wrong.push(...(await look(page, 'change-email-code')));
    const { code } = await waitForMail(here.house.server.mail, other.email, 'verify_email');
    await fill(page, { 'one-time-code': code });
    await page.waitForURL(here.at('/profile'));
    await here.says(page, new RegExp(other.email));

    await here.press(page, 'Add Phone number');
    await submit(page, { tel: '030 901820' });
    await fill(page, { 'one-time-code': await textedCode(here.gateway, PHONE) });
    await page.waitForURL(here.at('/profile'));
    await here.says(page, /\+4930901820/);
    await here.press(page, 'Remove Phone number');
    await here.says(page, /Your phone number is removed/);
    await waitForMail(here.house.server.mail, other.email, 'phone_changed');

    const { link } = await here.mailed(person, 'email_changed');
    const mailbox = await open();
    await mailbox.page.goto(link);
    wrong.push(...(await look(mailbox.page, 'undo-change')));
    await submit(mailbox.page);
    wrong.push(...(await look(mailbox.page, 'change-undone')));
    await page.goto(here.at(''));
    await here.says(page, /Sign in|E-mail/);
    assert.deepEqual([wrong, faults, mailbox.faults], [[], [], []]);
    await Promise.all([close(), mailbox.close()]);
  });

  test('an account elsewhere is linked, and unlinked', async () => {
    const { page, person, faults, close } = await here.moveIn();
    await page.goto(here.at('/identities'));
    const wrong = await look(page, 'account-identities-none');
    await page.getByRole('button', { name: 'Add Chirrup' }).click();
    await page.waitForURL(`${here.social.issuer}/**`);
    await fill(page, { name: 'Wren', email: 'wren@chirrup.example' });
    await page.locator('button').first().click();
    await page.waitForSelector('button:text("Add it")');
    wrong.push(...(await look(page, 'confirm-link')));
    await here.press(page, 'Add it');
    assert.equal(page.url(), here.at('/identities'));
    await here.says(page, /Chirrup wren@chirrup\.example/);
    wrong.push(...(await look(page, 'account-identities')));
    await here.mailed(person, 'identity_linked');
    await here.press(page, 'Remove Chirrup');
    await here.says(page, /You can no longer sign in with it/);
    await here.mailed(person, 'identity_unlinked');
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });

  test('a copy of the data, deleting the account, and keeping it after all', async () => {
    const { page, person, faults, close } = await here.moveIn();
    await page.goto(here.at('/privacy'));
    await here.press(page, 'Ask for a copy');
    await here.says(page, /It is being made/);
    const { link } = await here.mailed(person, 'export_ready');
    await page.goto(link);
    const wrong = await look(page, 'account-privacy');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    const copy = JSON.parse(readFileSync(await download.path(), 'utf8')) as Record<string, unknown>;
    assert.ok(JSON.stringify(copy).includes(person.email));

    await here.press(page, 'Delete my account');
    assert.match(await page.title(), /^Error: /);
    wrong.push(...(await look(page, 'account-delete-unsure')));
    await page.locator('[name=sure]').check();
    await here.press(page, 'Delete my account');
    await here.says(page, /will be deleted on/);
    await page.goto(here.at(''));
    wrong.push(...(await look(page, 'account-overview-leaving')));
    await leaving(page, () => page.getByRole('link', { name: 'Keep my account' }).click());
    await here.press(page, 'Keep my account');
    await here.says(page, /Your account stays/);
    await page.locator('[name=sure]').check();
    await here.press(page, 'Delete my account');
    const mail = await here.mailed(person, 'deletion_requested');
    const mailbox = await open();
    await mailbox.page.goto(mail.link);
    wrong.push(...(await look(mailbox.page, 'keep-account')));
    await submit(mailbox.page);
    await here.says(mailbox.page, /stays/);
    await page.reload();
    assert.doesNotMatch(await here.text(page), /will be deleted on/);
    assert.deepEqual([wrong, faults, mailbox.faults], [[], [], []]);
    await Promise.all([close(), mailbox.close()]);
  });

  test('“this wasn’t me” ends it all, and says what to do', async () => {
    const { page, faults, close } = await here.moveIn();
    await page.goto(here.at('/activity'));
    const wrong = await look(page, 'account-activity');
    await here.says(page, /Signed in to Quick Quotes|You created your account/i);
    await page.locator('details.not-me summary').first().click();
    wrong.push(...(await look(page, 'account-activity-open')));
    await here.press(page, 'Sign me out everywhere');
    wrong.push(...(await look(page, 'account-disowned')));
    await page.goto(here.at(''));
    assert.equal(await page.locator('[autocomplete~=username]').count(), 1, 'nobody is in any more');
    assert.deepEqual([wrong, faults], [[], []]);
    await close();
  });
});
