import type { TestContext } from 'node:test';
import { waitForMail } from '../mailbox.ts';
import { type Person, somebody } from '../people.ts';
import { type Answer, type Browser, createBrowser } from '../rp.ts';
import { withPolicies } from '../second-door.ts';
import { type Backing, type RunningServer, startBacking, startServer } from '../server.ts';
import { freePort } from '../services.ts';

/** Two servers of ours, one the identity provider of the other. */
export interface Twins {
  /** Where people come from: `acme`. */
  upstream: RunningServer;
  house: RunningServer;
  backing: Backing;
  /** The house's file, with other fields of the provider. */
  fileWith(provider: string, more?: string): string;
  /** A browser that follows to both. */
  browser(): Browser;
}

export const UPSTREAM_SECRET = 'upstream-secret-0123456789-0123456789';
const SETTINGS = `settings:
  limits: { requests_per_minute: 100000, messages_per_quarter_hour: 1000 }
  bot_check: { messages_per_hour: 1000000 }
`;

interface TwinsOptions {
  /** Fields of the provider in the house's file, as YAML in braces. */
  provider?: string;
  /** Policies of the house (list items). */
  policies?: string;
  /** Policies of the provider. */
  upstreamPolicies?: string;
  /** Sections of the house's file besides. */
  more?: string;
}

export async function startTwins(t: TestContext, options: TwinsOptions = {}) {
  const { provider = '', policies = '  []', upstreamPolicies = '  []', more = '' } = options;
  const [backing, upstreamBacking] = [await startBacking('postgres'), await startBacking('postgres')];
  t.after(backing.close);
  t.after(upstreamBacking.close);
  const [port, upstreamPort] = [await freePort(), await freePort()];
  const callback = `http://localhost:${port}/federation/callback`;
  const upstream = await startServer({
    backing: upstreamBacking,
    host: '127.0.0.1',
    port: upstreamPort,
    file: `${SETTINGS}clients:
  - client_id: house
    client_name: The House
    client_secret: ${UPSTREAM_SECRET}
    first_party: true
    redirect_uris: [${callback}]
    grant_types: [authorization_code]
    post_logout_redirect_uris: ["http://localhost:${port}/federation/signed-out"]
    backchannel_logout_uri: http://localhost:${port}/federation/acme/logout
    scope: openid profile email
policies:
${upstreamPolicies}
`,
    env: { OUTBOUND_ALLOW: `localhost:${port}` },
  });
  t.after(upstream.stop);
  const fileWith = (fields: string, besides = more) =>
    withPolicies(
      policies,
      `${besides}
identity_providers:
  - { id: acme, type: oidc, display_name: Acme, issuer: "${upstream.issuer}", client_id: house, client_secret: "${UPSTREAM_SECRET}"${fields === '' ? '' : `, ${fields}`} }`,
    );
  const env = { OUTBOUND_ALLOW: `127.0.0.1:${upstreamPort}` };
  const house = await startServer({ backing, port, file: fileWith(provider), env });
  t.after(house.stop);
  const origins = [house.issuer, upstream.issuer];
  return { upstream, house, backing, fileWith, browser: () => createBrowser({ origins }) } satisfies Twins;
}

/** From the page of the upstream that asks who it is, through its registration, to wherever it leads. */
export async function signUpThere({ upstream }: Twins, browser: Browser, there: Answer, person: Person = somebody()) {
  // Its button stands in a form of another verb.
  const form = await browser.post(`${there.url.href}/register`, {});
  const sent = await browser.submit(form, { email: person.email, 'new-password': person.password });
  const { code } = await waitForMail(upstream.mail, person.email, 'verify_email');
  return { person, back: await browser.submit(sent, { 'one-time-code': code }) };
}

export async function signInThere(browser: Browser, there: Answer, { email, password }: Person): Promise<Answer> {
  const asked = await browser.submit(there, { username: email });
  return browser.submit(asked, { 'current-password': password });
}
