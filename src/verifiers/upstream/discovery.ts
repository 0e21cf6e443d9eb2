import type { ServerMetadata } from 'openid-client';
import { fetchJson } from './fetch-json.ts';
import { Unbelieved } from './refusal.ts';

export interface DiscoveryNeeds {
  issuer: string;
  /** What the document has to name as its issuer, where that is not the address it was found by (a template of many tenants). */
  documentIssuer?: string | undefined;
  /** By hand; with those that are needed nothing is discovered. */
  endpoints: Partial<ServerMetadata>;
  fetch: typeof globalThis.fetch;
  clock: () => number;
}

/** @throws Unbelieved `unavailable` or `discovery_invalid`; a failure is remembered for ten seconds. */
export type Discover = (signal: AbortSignal) => Promise<ServerMetadata>;

/** Milliseconds. */
const FRESH = 3600_000;
const AFTER_FAILURE = 10_000;

/** OpenID Connect Discovery 1.0 section 4, asked once an hour; while it is asked anew, what is known goes on. */
export function createDiscovery({
  issuer,
  documentIssuer = issuer,
  endpoints,
  fetch,
  clock,
}: DiscoveryNeeds): Discover {
  const byHand = endpoints.authorization_endpoint && endpoints.token_endpoint && endpoints.jwks_uri;
  let known: { metadata: ServerMetadata; at: number } | undefined;
  let failed: { error: unknown; at: number } | undefined;
  let asking: Promise<ServerMetadata> | undefined;

  async function ask(signal?: AbortSignal): Promise<ServerMetadata> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const { status, body } = await fetchJson(fetch, address, signal ? { signal } : {});
    if (status !== 200) throw new Unbelieved('unavailable', `${address} answers ${status}`);
    if (body.issuer !== documentIssuer) throw new Unbelieved('discovery_invalid', `the issuer there is ${body.issuer}`);
    const given = Object.fromEntries(Object.entries(endpoints).filter(([, value]) => value !== undefined));
    const metadata = { ...body, ...given } as unknown as ServerMetadata;
    for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
      if (typeof metadata[name] !== 'string') throw new Unbelieved('discovery_invalid', `${address} names no ${name}`);
    }
    return metadata;
  }

  function askOnce(signal?: AbortSignal): Promise<ServerMetadata> {
    asking ??= ask(signal)
      .then((metadata) => {
        known = { metadata, at: clock() };
        failed = undefined;
        return metadata;
      })
      .catch((error: unknown) => {
        failed = { error, at: clock() };
        throw error;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  }

  return async (signal) => {
    if (byHand) return { ...endpoints, issuer } as ServerMetadata;
    if (known) {
      const stale = clock() - known.at > FRESH && clock() - (failed?.at ?? 0) > AFTER_FAILURE;
      // Nobody waits for it, and what is known stays when it fails.
      if (stale) askOnce().catch(() => undefined);
      return known.metadata;
    }
    if (failed && clock() - failed.at < AFTER_FAILURE) throw failed.error;
    return askOnce(signal);
  };
}
