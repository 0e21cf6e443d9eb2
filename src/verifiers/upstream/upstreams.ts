import type { Clock, Log } from '../../base/index.ts';
import { appleUpstream } from './brands/apple.ts';
import { facebookUpstream } from './brands/facebook.ts';
import { githubUpstream } from './brands/github.ts';
import { googleUpstream } from './brands/google.ts';
import { microsoftUpstream } from './brands/microsoft.ts';
import { clientAuthentication } from './client-authentication.ts';
import { createOidcUpstream } from './oidc.ts';
import type { ProviderType, UpstreamProvider } from './provider.ts';
import { samlUpstream } from './saml.ts';
import type { Upstream } from './upstream.ts';

export interface UpstreamsNeeds {
  /** The guarded one: https, public addresses, limits of time and size. */
  fetch: typeof globalThis.fetch;
  /** `ISSUER/federation/callback`, the one address that every provider sends people back to. */
  callback: string;
  /** True for the first who claims this name (SHA-256, hex), once ever. @param expiresAt seconds since the epoch */
  claimOnce: (name: string, expiresAt: number) => Promise<boolean>;
  clock: Clock;
  log: Log;
}

export interface Upstreams {
  /** Made once for each version of what the operator wrote: discovery and keys are kept with it. */
  of(provider: UpstreamProvider): Upstream;
}

type Kind = (provider: UpstreamProvider, needs: UpstreamsNeeds) => Upstream;

/** The list. A new kind of provider is a file beside this one, and a line here. */
const kinds: Readonly<Record<ProviderType, Kind>> = {
  oidc: genericOidc,
  google: googleUpstream,
  microsoft: microsoftUpstream,
  apple: appleUpstream,
  facebook: facebookUpstream,
  github: githubUpstream,
  saml: samlUpstream,
};

export function createUpstreams(needs: UpstreamsNeeds): Upstreams {
  const made = new WeakMap<UpstreamProvider, Upstream>();
  return {
    of(provider) {
      const upstream = made.get(provider) ?? kinds[provider.type](provider, needs);
      made.set(provider, upstream);
      return upstream;
    },
  };
}

function genericOidc(provider: UpstreamProvider, needs: UpstreamsNeeds): Upstream {
  const { issuer = '', client_id: clientId = '', scopes = ['openid', 'email', 'profile'], claims } = provider;
  const { authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri, end_session_endpoint } = provider;
  const given = { authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri, end_session_endpoint };
  const endpoints = Object.fromEntries(Object.entries(given).filter(([, address]) => address !== undefined));
  const authentication = clientAuthentication(provider);
  return createOidcUpstream({ issuer, clientId, authentication, scopes, claims, endpoints }, needs);
}
