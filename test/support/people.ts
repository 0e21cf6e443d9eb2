import { randomBytes } from 'node:crypto';
import { waitForMail } from './mailbox.ts';
import { type Answer, type Browser, createBrowser, createRelyingParty, type RelyingParty } from './rp.ts';
import type { RunningServer } from './server.ts';

/** Apps of the flow tests. Nothing listens at their addresses: the browser stops there and hands the code over. */
export const FIRST_PARTY = 'http://auto.test/callback';
export const THIRD_PARTY = 'http://quotes.test/callback';
export const MACHINE_SECRET = 'machine-secret-0123456789-0123456789';

export const CLIENTS = `
clients:
  - client_id: auto
    client_name: Auto Insurance
    client_uri: http://auto.test/
    first_party: true
    token_endpoint_auth_method: none
    redirect_uris: [${FIRST_PARTY}]
    post_logout_redirect_uris: [http://auto.test/signed-out]
    scope: openid profile email phone offline_access
  - client_id: quotes
    client_name: Quick Quotes
    client_secret: ${MACHINE_SECRET}
    redirect_uris: [${THIRD_PARTY}]
    scope: openid profile email offline_access
  - client_id: machine
    client_secret: ${MACHINE_SECRET}
    grant_types: [client_credentials]
    token_endpoint_auth_method: client_secret_post
apis:
  - indicator: https://api.test
    scopes: [read, write]
    introspected_by: [machine]
settings:
  limits: { requests_per_minute: 100000, messages_per_quarter_hour: 1000 }
  bot_check: { messages_per_hour: 1000000 }
`;

export interface Person {
  email: string;
  password: string;
}

export function somebody(): Person {
  const name = randomBytes(6).toString('hex');
  return { email: `${name}@mail.test`, password: `${randomBytes(12).toString('base64url')} walks` };
}

export function autoApp(issuer: string, scope = 'openid profile email offline_access'): Promise<RelyingParty> {
  return createRelyingParty({ issuer, clientId: 'auto', redirectUri: FIRST_PARTY, scope });
}

export function quotesApp(issuer: string, scope = 'openid profile email'): Promise<RelyingParty> {
  return createRelyingParty({
    issuer,
    clientId: 'quotes',
    clientSecret: MACHINE_SECRET,
    redirectUri: THIRD_PARTY,
    scope,
  });
}

export function browserFor(issuer: string): Browser {
  return createBrowser({ origins: [issuer] });
}

/** Where a finished journey ends: outside, at the app. @throws Error with what the page says instead. */
export function arrived(answer: Answer): URL {
  if (answer.location) return answer.location;
  throw new Error(`not back at the app but on ${answer.url} (${answer.status}): ${answer.page.text}`);
}

/** From the first page of an app to its code, as a new person with a password. */
export async function register(server: RunningServer, rp: RelyingParty, browser: Browser, person: Person) {
  const journey = await rp.start({ prompt: 'create' });
  const form = await browser.get(journey.url);
  const sent = await browser.submit(form, { email: person.email, 'new-password': person.password });
  const { code } = await waitForMail(server.mail, person.email, 'verify_email');
  const done = await browser.submit(sent, { 'one-time-code': code });
  return journey.finish(arrived(done));
}

/** Somebody new who is signed in to the first app. */
export async function signedUp(server: RunningServer, scope?: string) {
  const rp = await autoApp(server.issuer, scope);
  const browser = browserFor(server.issuer);
  const person = somebody();
  const tokens = await register(server, rp, browser, person);
  return { rp, browser, person, tokens };
}

/** For `assert.rejects`: the error of the OAuth answer (RFC 6749 section 5.2). */
export function oauthError(code: string): (error: unknown) => boolean {
  return (error) => (error as { error?: string }).error === code;
}

/** With e-mail address and password, from the app and back. */
export async function signIn(
  rp: RelyingParty,
  browser: Browser,
  person: Person,
  parameters: Record<string, string> = {},
) {
  const journey = await rp.start(parameters);
  const identify = await browser.get(journey.url);
  const password = await browser.submit(identify, { username: person.email });
  const done = await browser.submit(password, { 'current-password': person.password });
  return journey.finish(arrived(done));
}
