import assert from 'node:assert/strict';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startSocialAccount } from '../../examples/social-account.ts';
import { type createWindows, fill, leaving, submit } from '../support/chromium.ts';
import { type FoundMail, waitForMail } from '../support/mailbox.ts';
import { type Person, somebody } from '../support/people.ts';
import { type SmsStandIn, startSmsGateway } from '../support/sms-gateways.ts';
import { totpCode } from '../support/totp.ts';
import { type House, startHouse } from './start-house.ts';

type Mail = Parameters<typeof waitForMail>[2];

/** A house with everything that account pages can show, and the moves that people make on them. */
export interface AccountHouse {
  house: House;
  gateway: SmsStandIn;
  social: Awaited<ReturnType<typeof startSocialAccount>>;
  /** @param section `/profile` and so on; empty for the first page */
  at(section: string): string;
  press(page: Page, name: string | RegExp): Promise<void>;
  text(page: Page): Promise<string>;
  says(page: Page, what: RegExp): Promise<void>;
  mailed(person: Person, kind: Mail): Promise<FoundMail>;
  /** Somebody new, on their account pages. Registered at the app that asks for no second factor. */
  moveIn(options?: BrowserContextOptions): Promise<Awaited<ReturnType<Open>> & { person: Person }>;
  /** @returns the key of an authenticator app, added on the security page */
  addApp(page: Page): Promise<string>;
  close(): Promise<void>;
}

type Open = ReturnType<typeof createWindows>;

export async function startAccountHouse(open: Open): Promise<AccountHouse> {
  const gateway = await startSmsGateway('twilio');
  const social = await startSocialAccount({ name: 'Chirrup', port: 0 });
  const house = await startHouse(
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

  const at = (section: string) => `${house.server.issuer}/account${section}`;
  const press = (page: Page, name: string | RegExp) =>
    leaving(page, () => page.getByRole('button', { name, exact: true }).first().click());
  const text = async (page: Page) => ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ');
  const mailed = (person: Person, kind: Mail) => waitForMail(house.server.mail, person.email, kind);

  return {
    house,
    gateway,
    social,
    at,
    press,
    text,
    says: async (page, what) => assert.match(await text(page), what, page.url()),
    mailed,

    async moveIn(options = {}) {
      const window = await open(options);
      const { page } = window;
      const person = somebody();
      await page.goto(`${house.foreign}/sign-up`);
      await page.locator('[type=checkbox]').check();
      await submit(page, { email: person.email, 'given-name': 'Ada', 'new-password': person.password });
      const { code } = await mailed(person, 'verify_email');
      // A full code is sent off by itself, where there is script.
      const sendsItself = options.javaScriptEnabled !== false;
      await leaving(page, async () => {
        await fill(page, { 'one-time-code': code });
        if (!sendsItself) await page.locator('button.primary').click();
      });
      await leaving(page, () => page.locator('button.primary').click());
      await page.goto(at(''));
      return { ...window, person };
    },

    async addApp(page) {
      await page.goto(at('/security'));
      await press(page, /authenticator app/);
      const key = ((await page.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '');
      await leaving(page, () => fill(page, { 'one-time-code': totpCode(key) }));
      await leaving(page, () => page.locator('button.primary').click());
      return key;
    },

    async close() {
      await house.close();
      await social.close();
      await gateway.close();
    },
  };
}
