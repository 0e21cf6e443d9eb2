import { setTimeout as sleep } from 'node:timers/promises';
import type { Owner } from './account.ts';
import { RECOVERY_CODE } from './enrolled.ts';
import type { Fortress } from './fortress.ts';
import { waitForMail } from './mailbox.ts';
import { createKey, newKey } from './passkey-page.ts';
import type { Answer } from './rp.ts';
import type { RunningServer } from './server.ts';
import type { SoftAuthenticator } from './soft-authenticator.ts';
import { keyOn, totpCode } from './totp.ts';

/** An authenticator app, added from the account pages; with the first factor come recovery codes, which are kept. */
export async function addApp({ browser, page }: Owner) {
  const enroll = await browser.submit(await page('security'), {}, 'factor=totp');
  const key = keyOn(enroll.page.text);
  const next = await browser.submit(enroll, { 'one-time-code': totpCode(key) });
  const recoveryCodes = codesOn(next);
  return { key, recoveryCodes, back: recoveryCodes.length > 0 ? await browser.submit(next) : next };
}

/** A passkey, added the same way. */
export async function addPasskey(
  { issuer }: RunningServer,
  { browser, page }: Owner,
  key: SoftAuthenticator = newKey(issuer),
) {
  const enroll = await browser.submit(await page('security'), {}, 'factor=webauthn');
  const next = await createKey(browser, enroll, key);
  return { key, back: codesOn(next).length > 0 ? await browser.submit(next) : next };
}

/** The recovery codes that a page shows. */
export function codesOn({ page }: Answer): string[] {
  return [...new Set(page.text.match(RECOVERY_CODE) ?? [])];
}

/** Until everything that was to be sent has left. @throws Error when it does not in time */
export async function allSent({ sql }: Fortress): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(25)) {
    const waiting = await sql('select kind from outbox where sent_at is null and failed_at is null limit 1');
    if (waiting.length === 0) return;
  }
  throw new Error('something is still to be sent');
}

/** Another address, from the account pages, proven by its code. */
export async function changeAddress(
  { mail }: RunningServer,
  { browser, page }: Pick<Owner, 'browser' | 'page'>,
  email: string,
) {
  const ask = await browser.submit(await page('profile'), {}, 'E-mail address');
  const sent = await browser.submit(ask, { email });
  const { code } = await waitForMail(mail, email, 'verify_email');
  return browser.submit(sent, { 'one-time-code': code });
}
