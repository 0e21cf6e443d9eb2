import type { Adapter, Configuration, JWKS, KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { User } from '../store/index.ts';
import { accountOf, claimsByScope } from './claims.ts';
import type { Directory } from './clients.ts';
import { deviceFlow } from './device-flow.ts';
import type { createExistingGrant } from './existing-grant.ts';
import type { createGuard } from './guard.ts';
import type { Lifetimes } from './lifetimes.ts';
import { clientFace, rpInitiatedLogout } from './logout-pages.ts';
import type { ProtocolPages } from './pages.ts';
import { sessionCookieName } from './session-cookie.ts';
import { opaqueBits } from './token-lengths.ts';

export interface ConfigurationNeeds {
  jwks: JWKS;
  adapter: (model: string) => Adapter;
  cookieKeys: string[];
  secureCookies: boolean;
  dpopNonceSecret: Buffer;
  directory: Directory;
  guard: ReturnType<typeof createGuard>;
  existingGrant: ReturnType<typeof createExistingGrant>;
  findUser: (id: string) => Promise<User | undefined>;
  lifetimes: Lifetimes;
  pages: ProtocolPages;
  /** Names of the operator's own attributes, which travel as claims of the scope `profile`. */
  attributeNames: string[];
  /** Authentication context classes with their other names. */
  acrNames: string[];
  registration: boolean;
  fetch: typeof globalThis.fetch;
}

/** Every default of the library that is not ours is set here, on purpose (TRAPS 19 to 34 say why). */
export function configuration(needs: ConfigurationNeeds): Configuration {
  const { directory, lifetimes, pages, secureCookies } = needs;
  const cookie = { httpOnly: true, sameSite: 'lax' as const, secure: secureCookies, signed: true };
  const sessionCookie = sessionCookieName(secureCookies);

  async function keepSession({ oidc }: KoaContextWithOIDC): Promise<void> {
    if (!oidc.session) return;
    oidc.cookies.set(sessionCookie, (oidc.session as unknown as { id: string }).id, cookie);
    await oidc.session.save(Number(lifetimes.ttl.Session));
  }

  return {
    adapter: needs.adapter as Configuration['adapter'],
    jwks: needs.jwks,
    findAccount: async (_ctx, id) => {
      const user = await needs.findUser(id);
      return user && !user.disabled ? accountOf(user) : undefined;
    },
    loadExistingGrant: needs.existingGrant,
    interactions: { policy: needs.guard, url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    renderError: (ctx, { error, error_description: description }) =>
      pages.error(ctx, { error, description, client: clientFace((ctx as KoaContextWithOIDC).oidc?.client) }),

    responseTypes: ['code'],
    subjectTypes: ['public'],
    scopes: ['openid', 'offline_access', 'profile', 'email', 'phone'],
    claims: { ...claimsByScope, profile: [...claimsByScope.profile, ...needs.attributeNames] },
    acrValues: needs.acrNames,
    conformIdTokenClaims: false,
    allowOmittingSingleRegisteredRedirectUri: false,
    acceptQueryParamAccessTokens: false,
    pkce: { required: () => true },
    clockTolerance: 5,
    rotateRefreshToken: true,
    revokeGrantPolicy: () => true,
    expiresWithSession: (_ctx, token) => !token.scopes.has('offline_access'),
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    clientBasedCORS: (_ctx, origin, client) =>
      client.redirectUris?.some((uri) => new URL(uri).origin === origin) ?? false,
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: {
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256'],
      clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      requestObjectSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      dPoPSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    },
    extraParams: {
      ui_locales: null,
      idp_hint: null,
      domain_hint: null,
      purpose(_ctx, purpose, client) {
        if (purpose === undefined || directory.client(client.clientId)?.selfService) return;
        throw new errors.InvalidRequest('purpose is for the account pages only');
      },
    },
    discovery: {
      prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
      ui_locales_supported: undefined,
    },
    cookies: {
      keys: needs.cookieKeys,
      long: cookie,
      short: cookie,
      names: {
        session: sessionCookie,
        interaction: 'interaction',
        resume: 'interaction_resume',
      },
    },
    ttl: lifetimes.ttl,
    formats: { bitsOfOpaqueRandomness: (_ctx, token) => opaqueBits(token.kind) },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      requestObjects: { enabled: true },
      dPoP: { enabled: true, nonceSecret: needs.dpopNonceSecret, requireNonce: () => false },
      fapi: {
        enabled: true,
        profile: (_ctx, client) => (directory.client(client?.clientId ?? '')?.profile ? '2.0' : undefined),
      },
      jwtResponseModes: { enabled: false },
      userinfo: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => mayIntrospect(directory, client.clientId, token),
      },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: rpInitiatedLogout(pages),
      deviceFlow: deviceFlow(pages, keepSession),
      registration: { enabled: needs.registration, initialAccessToken: true, issueRegistrationAccessToken: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined as unknown as string,
        useGrantedResource: () => false,
        getResourceServerInfo: (_ctx, indicator) => {
          const api = directory.api(indicator);
          if (!api) throw new errors.InvalidTarget();
          const { scopes, accessTokenFormat, accessTokenTtl: accessTokenTTL } = api;
          return {
            scope: scopes.join(' '),
            audience: indicator,
            accessTokenTTL,
            accessTokenFormat,
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    },
    extraClientMetadata: { properties: ['first_party'] },
    extraTokenClaims: (ctx) => {
      const source =
        ctx?.oidc?.entities?.AuthorizationCode ?? ctx?.oidc?.entities?.RefreshToken ?? ctx?.oidc?.entities?.DeviceCode;
      // RFC 9470 section 6.1: an API reads from the token how and when the person signed in.
      return source?.acr ? { acr: source.acr, amr: source.amr, auth_time: source.authTime } : undefined;
    },
    fetch: (url, options) => needs.fetch(url as string, options as RequestInit),
  };
}

/** A client sees its own tokens; a resource server sees those made for it. */
function mayIntrospect(
  directory: Directory,
  clientId: string,
  token: { clientId?: string | undefined; aud?: unknown },
): boolean {
  if (token.clientId === clientId) return true;
  return typeof token.aud === 'string' && (directory.api(token.aud)?.introspectedBy.includes(clientId) ?? false);
}
