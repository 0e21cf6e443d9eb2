// needs: chromium
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createWindows, fill, leaving, look } from '../support/chromium.ts';
import { waitForMail } from '../support/mailbox.ts';
import { totpCode } from '../support/totp.ts';
import type { Brand } from '../support/upstream/brand.ts';
import { brands } from '../support/upstream/brands.ts';
import { type SamlIdp, startSamlIdp } from '../support/upstream/saml-idp.ts';
import { type House, startHouse } from './start-house.ts';

const names = {
  google: 'Google',
  microsoft: 'Microsoft',
  apple: 'Apple',
  facebook: 'Facebook',
  github: 'GitHub',
} as const;
type Name = keyof typeof names;

/** What each says about the address of somebody: whether it is believed, and which it is. */
const addresses: Record<Name, { email: string; believed: boolean }> = {
  google: { email: 'robin@gmail.test', believed: true },
  microsoft: { email: 'robin@contoso.test', believed: false },
  apple: { email: 'q7x9@privaterelay.appleid.test', believed: true },
  facebook: { email: 'robin@facebook.test', believed: false },
  github: { email: 'robin@github.test', believed: true },
};

describe('accounts elsewhere, in a browser', () => {
  const open = createWindows();
  const standIns = {} as Record<Name, Brand>;
  let house: House;
  let company: SamlIdp;
  before(async () => {
    for (const name of Object.keys(names) as Name[]) standIns[name] = await brands[name]();
    company = await startSamlIdp();
    const saml = { id: 'company', type: 'saml', display_name: 'The Company', metadata_url: `${company.url}/metadata` };
    const branded = Object.entries(standIns).map(([id, { fields }]) => ({ id, ...fields }));
    const providers = [...branded, saml].map((one) => JSON.stringify(one));
    house = await startHouse(
      `identity_providers:\n${providers.map((one) => `  - ${one}\n`).join('')}
policies:
  - { name: Two factors, mode: enforce, if: { client: [own] }, then: { require: [{ authenticator: [totp] }] } }
`,
      {
        OUTBOUND_ALLOW: [company, ...Object.values(standIns)].map(({ url }) => new URL(url).host).join(','),
      },
    );
  });
  after(async () => {
    await house.close();
    for (const one of [company, ...Object.values(standIns)]) await one.close();
  });

  const to = (page: Page, address: string) => page.waitForURL((url) => url.href.startsWith(address));
  const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

  for (const [name, label] of Object.entries(names) as [Name, string][]) {
    test(`${label}: there and back, an account is made, and the second door asks`, async () => {
      const { page, faults, close } = await open();
      const { email, believed } = addresses[name];
      await page.goto(`${house.own}/sign-in`);
      const wrong = name === 'google' ? await look(page, 'sign-in-providers') : [];
      await press(page, `Continue with ${label}`);
      await to(page, standIns[name].url);
      await press(page, 'Continue');
      await to(page, house.server.issuer);
      if (!believed) {
        assert.match((await page.locator('h1').textContent()) ?? '', /e.mail address/);
        assert.equal(await page.locator('[name=email]').inputValue(), email);
        if (name === 'facebook') wrong.push(...(await look(page, 'confirm-address')));
        await leaving(page, () => page.locator('button.primary').click());
        const { code } = await waitForMail(house.server.mail, email, 'verify_email');
        await leaving(page, () => fill(page, { 'one-time-code': code }));
      }
      await page.waitForSelector('[name=method][value=totp]');
      assert.match((await page.locator('h1').textContent()) ?? '', /One more step/);
      await leaving(page, () => page.locator('[name=method][value=totp]').click());
      const key = ((await page.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '');
      await leaving(page, () => fill(page, { 'one-time-code': totpCode(key) }));
      await press(page, 'I kept them');
      await to(page, house.own);
      const claim = (what: string) => page.locator(`tr:has(th:text-is("${what}")) td`).textContent();
      assert.deepEqual(
        [await claim('email'), await claim('email_verified'), await claim('acr')],
        [email, 'true', 'aal2'],
      );
      assert.deepEqual([wrong, faults], [[], []]);
      await close();
    });
  }

  test('a business customer’s own provider: SAML there and back, then the address, then the second door', async () => {
    const { page, faults, close } = await open();
    await page.goto(`${house.own}/sign-in`);
    await press(page, 'Continue with The Company');
    await page.waitForSelector('[name=email]');
    assert.equal(await page.locator('[name=email]').inputValue(), 'robin@acme.test');
    await leaving(page, () => page.locator('button.primary').click());
    const { code } = await waitForMail(house.server.mail, 'robin@acme.test', 'verify_email');
    await leaving(page, () => fill(page, { 'one-time-code': code }));
    assert.match((await page.locator('h1').textContent()) ?? '', /One more step/);
    assert.deepEqual(faults, []);
    await close();
  });

  test('who says no there is back here, with every other way; and the Back button leads nowhere twice', async () => {
    const { page, faults, close } = await open();
    await page.goto(`${house.own}/sign-in`);
    await press(page, 'Continue with Google');
    await to(page, standIns.google.url);
    await page.goBack();
    await to(page, house.server.issuer);
    assert.match((await page.locator('h1').textContent()) ?? '', /Sign in to/);
    await press(page, 'Continue with GitHub');
    await to(page, standIns.github.url);
    await press(page, 'Cancel');
    await to(page, house.server.issuer);
    assert.match((await page.getByRole('alert').textContent()) ?? '', /didn’t finish there/);
    assert.deepEqual(await look(page, 'provider-cancelled'), []);
    assert.ok(await page.getByRole('button', { name: 'Continue with Google' }).isVisible());
    assert.deepEqual(faults, []);
    await close();
  });

  test('it works without JavaScript and by keyboard alone', async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    await page.goto(`${house.own}/sign-in`);
    const button = page.getByRole('button', { name: 'Continue with Apple' });
    await button.focus();
    await page.keyboard.press('Enter');
    await to(page, standIns.apple.url);
    await press(page, 'Continue');
    await press(page, 'Back');
    await to(page, house.server.issuer);
    assert.match((await page.locator('h1').textContent()) ?? '', /Enter the code|One more step|authenticator/i);
    await close();
  });
});
