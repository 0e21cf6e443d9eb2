import type { Browser } from './browser.ts';
import { arrived, CLIENTS } from './people.ts';
import { type Answer, createRelyingParty, type RelyingParty } from './rp.ts';

export const HOME = 'http://home.test/callback';

/** The apps of the flow tests, a second one of the same house, and these policies (YAML list items, indented by two). */
export function withPolicies(policies: string, more = ''): string {
  const clients = CLIENTS.replace(
    'apis:',
    `  - client_id: home
    client_name: Home Insurance
    client_uri: http://home.test/
    first_party: true
    token_endpoint_auth_method: none
    redirect_uris: [${HOME}]
    scope: openid profile email phone offline_access
    tags: [sensitive]
apis:`,
  );
  return `${clients}\n${more}\npolicies:\n${policies}`;
}

export function homeApp(issuer: string, scope = 'openid profile email offline_access'): Promise<RelyingParty> {
  return createRelyingParty({ issuer, clientId: 'home', redirectUri: HOME, scope });
}

/** An app opened in a browser: what it shows first, and what its tokens are once it is through. */
export async function visit(rp: RelyingParty, browser: Browser, parameters: Record<string, string> = {}) {
  const journey = await rp.start(parameters);
  const first = await browser.get(journey.url);
  return { first, tokens: async (last: Answer) => journey.finish(arrived(last)) };
}

/** The error an app is told (RFC 6749 section 4.1.2.1); undefined when it was told nothing. */
export function errorOf({ location }: Answer): string | undefined {
  return location?.searchParams.get('error') ?? undefined;
}
