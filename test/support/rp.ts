import * as client from 'openid-client';

export { type Answer, type Browser, createBrowser } from './browser.ts';
export { type Page, parsePage } from './html.ts';

/** One authorization request on its way; `finish` takes the address that the provider sent the browser back to. */
export interface Journey {
  url: URL;
  finish(
    callback: URL,
    parameters?: Record<string, string>,
  ): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
}

export interface RelyingParty {
  config: client.Configuration;
  redirectUri: string;
  /** A fresh request with PKCE, state and nonce. */
  start(parameters?: Record<string, string>): Promise<Journey>;
  /** The same by a pushed authorization request (RFC 9126). */
  push(parameters?: Record<string, string>): Promise<Journey>;
  refresh(refreshToken: string): ReturnType<typeof client.refreshTokenGrant>;
  userInfo(accessToken: string): ReturnType<typeof client.fetchUserInfo>;
  introspect(token: string): ReturnType<typeof client.tokenIntrospection>;
  revoke(token: string): Promise<void>;
  logoutUrl(parameters: Record<string, string>): URL;
}

interface RelyingPartyOptions {
  issuer: string;
  clientId: string;
  redirectUri: string;
  clientSecret?: string;
  /** Instead of a secret, for example `client.PrivateKeyJwt(key)`. */
  authentication?: client.ClientAuth;
  scope?: string;
  /** Further client metadata that the relying party checks answers by. */
  metadata?: Partial<client.ClientMetadata>;
  /** Sends every token and resource request with proofs of this key (RFC 9449). */
  dpop?: client.CryptoKeyPair;
}

/** A real relying party (openid-client) that checks everything the standard lets it check, signatures included. */
export async function createRelyingParty(options: RelyingPartyOptions): Promise<RelyingParty> {
  const { issuer, clientId, redirectUri, clientSecret, scope = 'openid profile email', metadata = {} } = options;
  const authentication =
    options.authentication ?? (clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret));
  const config = await client.discovery(new URL(issuer), clientId, metadata, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    timeout: 10,
  });
  const proof = options.dpop === undefined ? {} : { DPoP: client.getDPoPHandle(config, options.dpop) };

  async function journey(
    build: (parameters: Record<string, string>) => URL | Promise<URL>,
    extra: Record<string, string>,
  ): Promise<Journey> {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const expectedNonce = client.randomNonce();
    const maxAge = extra.max_age === undefined ? {} : { maxAge: Number(extra.max_age) };
    const url = await build({
      redirect_uri: redirectUri,
      scope,
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...extra,
    });
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true, ...maxAge };
    return {
      url,
      finish: (callback, parameters) => client.authorizationCodeGrant(config, callback, checks, parameters, proof),
    };
  }

  return {
    config,
    redirectUri,
    start: (parameters = {}) => journey((all) => client.buildAuthorizationUrl(config, all), parameters),
    push: (parameters = {}) => journey((all) => client.buildAuthorizationUrlWithPAR(config, all, proof), parameters),
    refresh: (refreshToken) => client.refreshTokenGrant(config, refreshToken, undefined, proof),
    userInfo: (accessToken) => client.fetchUserInfo(config, accessToken, client.skipSubjectCheck, proof),
    introspect: (token) => client.tokenIntrospection(config, token),
    revoke: (token) => client.tokenRevocation(config, token),
    logoutUrl: (parameters) => client.buildEndSessionUrl(config, parameters),
  };
}
