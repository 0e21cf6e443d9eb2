import { browserFor, type Person, signedUp } from './people.ts';
import type { Answer, Browser, RelyingParty } from './rp.ts';
import { homeApp, visit } from './second-door.ts';
import type { RunningServer } from './server.ts';
import { keyOn, totpCode } from './totp.ts';

/** Somebody with an authenticator app, enrolled because the home asked for it, and their recovery codes. */
export interface EnrolledPerson {
  person: Person;
  /** Where they are signed in. */
  browser: Browser;
  home: RelyingParty;
  key: string;
  /** The code that confirmed it. */
  spent: string;
  recoveryCodes: string[];
}

export const RECOVERY_CODE = /\b[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}\b/g;

/** From the page that offers ways to add, through the authenticator app and the recovery codes, to the app. */
export async function enrollTotp(browser: Browser, choose: Answer) {
  const page = await browser.submit(choose, {}, 'method=totp');
  const key = keyOn(page.page.text);
  const spent = totpCode(key);
  const codes = await browser.submit(page, { 'one-time-code': spent });
  const recoveryCodes = [...new Set(codes.page.text.match(RECOVERY_CODE) ?? [])];
  return { key, spent, recoveryCodes, done: await browser.submit(codes) };
}

export async function enrolled(server: RunningServer): Promise<EnrolledPerson> {
  const { browser, person } = await signedUp(server);
  const home = await homeApp(server.issuer);
  const { first, tokens } = await visit(home, browser);
  const { key, spent, recoveryCodes, done } = await enrollTotp(browser, first);
  await tokens(done);
  return { person, browser, home, key, spent, recoveryCodes };
}

/** Whoever knows the password, in a browser of their own, at the page that asks for more. */
export async function withPassword(
  server: RunningServer,
  home: RelyingParty,
  { email, password }: Person,
  browser: Browser = browserFor(server.issuer),
) {
  const { first, tokens } = await visit(home, browser);
  const asked = await browser.submit(first, { username: email });
  return { browser, tokens, asked, page: await browser.submit(asked, { 'current-password': password }) };
}

/** The next code that was not used yet: a step is accepted once, so tests that use several go into the future. */
export function laterCode(key: string): string {
  return totpCode(key, 1);
}
