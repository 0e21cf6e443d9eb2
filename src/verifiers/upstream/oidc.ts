import type { JWTPayload } from 'jose';
import type { ServerMetadata } from 'openid-client';
import { epochSeconds, type JsonObject } from '../../base/index.ts';
import { readClaims } from './claims.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { createDiscovery } from './discovery.ts';
import { fetchJson } from './fetch-json.ts';
import { checkIdToken, createSignedTokens, type SignedTokens } from './id-token.ts';
import { checkLogoutToken } from './logout-token.ts';
import { judged, Unbelieved } from './refusal.ts';
import type { Departure, Returned, Upstream, UpstreamIdentity } from './upstream.ts';
import type { UpstreamsNeeds } from './upstreams.ts';

/** What makes one OpenID provider different from the next. */
export interface OidcSettings {
  /** Where discovery begins; tokens name it as theirs, unless `isIssuer` says otherwise. */
  issuer: string;
  clientId: string;
  authentication: ClientAuthentication;
  scopes: readonly string[];
  /** By hand, where there is no discovery. */
  endpoints?: Partial<ServerMetadata>;
  /** The answer comes as a form of the provider's page (OAuth 2.0 Form Post Response Mode). */
  responseMode?: 'form_post';
  /** Parameters of the authorization request besides the standard ones. */
  parameters?: (departure: Departure) => Record<string, string>;
  /** Of a provider of many tenants: what its document names, and which issuers it may speak for. */
  documentIssuer?: string;
  isIssuer?: (issuer: string, claims: JWTPayload) => boolean;
  /** Why an account is not let in; undefined when it is. */
  notAllowed?: (claims: JWTPayload) => string | undefined;
  /** Ours ← theirs. */
  claims?: Readonly<Record<string, string>> | undefined;
  /** What of the claims means something else here, and what came beside the token. */
  adjust?: (claims: JsonObject, returned: Returned) => JsonObject;
}

/** Errors by which people, and not the provider, ended it (OpenID Connect Core section 3.1.2.6). */
const CANCELLED = new Set([
  'access_denied',
  'user_cancelled_authorize',
  'user_denied',
  'login_required',
  'consent_required',
]);
const BUSY = new Set(['temporarily_unavailable', 'server_error']);
/** Seconds: how long ago somebody who was to sign in anew may have done so. */
const JUST_NOW = 300;

/** OpenID Connect Core 1.0, the authorization code flow, always with state, nonce and PKCE (RFC 7636). */
export function createOidcUpstream(settings: OidcSettings, { fetch, callback, clock }: UpstreamsNeeds): Upstream {
  const { issuer, clientId, endpoints = {}, documentIssuer } = settings;
  const isIssuer = settings.isIssuer ?? ((said: string) => said === issuer);
  const discover = createDiscovery({ issuer, documentIssuer, endpoints, fetch, clock });
  const now = () => epochSeconds(clock);
  let keys: { uri: string; tokens: SignedTokens } | undefined;

  function signedBy({ jwks_uri: uri = '' }: ServerMetadata): SignedTokens {
    if (keys?.uri !== uri) keys = { uri, tokens: createSignedTokens({ jwksUri: uri, fetch }) };
    return keys.tokens;
  }

  async function redeem(metadata: ServerMetadata, code: string, verifier: string, signal: AbortSignal) {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback,
      code_verifier: verifier,
    });
    const headers = new Headers();
    const prove = await settings.authentication();
    await prove(metadata, { client_id: clientId }, body, headers);
    const request = { method: 'POST', body, headers, signal };
    const { status, body: answer } = await fetchJson(fetch, metadata.token_endpoint ?? '', request);
    if (status !== 200) {
      const reason = answer.error === 'invalid_grant' ? 'code_refused' : 'provider_error';
      throw new Unbelieved(reason, `${answer.error ?? status} ${answer.error_description ?? ''}`);
    }
    const { id_token: idToken, access_token: accessToken } = answer;
    if (typeof idToken !== 'string') throw new Unbelieved('id_token_missing');
    return { idToken, accessToken: typeof accessToken === 'string' ? accessToken : undefined };
  }

  /** What the token does not say and the operator, or everybody, wants to know. */
  async function moreClaims(
    metadata: ServerMetadata,
    claims: JWTPayload,
    token: string | undefined,
    signal: AbortSignal,
  ) {
    const wanted = ['email', ...Object.values(settings.claims ?? {})];
    const complete = wanted.every((name) => claims[name.split('.')[0] ?? ''] !== undefined);
    const address = metadata.userinfo_endpoint;
    if (complete || address === undefined || token === undefined) return {};
    const { status, body } = await fetchJson(fetch, address, { headers: { authorization: `Bearer ${token}` }, signal });
    if (status !== 200) throw new Unbelieved('provider_error', `userinfo answers ${status}`);
    // OpenID Connect Core section 5.3.2: or somebody else's claims could be put in their place.
    if (body.sub !== claims.sub) throw new Unbelieved('userinfo_mismatch');
    return body;
  }

  function checkFresh({ auth_time: at }: JWTPayload, fresh: boolean): void {
    if (fresh && at !== undefined && !(Number(at) > now() - JUST_NOW)) throw new Unbelieved('not_fresh', String(at));
  }

  return {
    depart: (departure) =>
      judged(async (signal) => {
        const [client, metadata] = await Promise.all([import('openid-client'), discover(signal)]);
        const { state, loginHint, fresh, lang } = departure;
        const [nonce, verifier] = [client.randomNonce(), client.randomPKCECodeVerifier()];
        const config = new client.Configuration(metadata, clientId);
        // Only of a provider that is all in plain http: on the operator's own machine, by OUTBOUND_ALLOW.
        if (issuer.startsWith('http:')) client.allowInsecureRequests(config);
        const url = client.buildAuthorizationUrl(config, {
          redirect_uri: callback,
          response_type: 'code',
          scope: settings.scopes.join(' '),
          state,
          nonce,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ui_locales: lang,
          ...(loginHint === undefined ? {} : { login_hint: loginHint }),
          ...(fresh ? { prompt: 'login', max_age: '0' } : {}),
          ...(settings.responseMode ? { response_mode: settings.responseMode } : {}),
          ...settings.parameters?.(departure),
        });
        return { url: url.href, remember: { state, nonce, verifier, fresh } };
      }),

    arrive: (returned, { state, nonce, verifier, fresh }) =>
      judged(async (signal) => {
        if (returned.state !== state) throw new Unbelieved('state_mismatch');
        const metadata = await discover(signal);
        checkSender(returned, metadata, issuer);
        checkError(returned);
        if (!returned.code) throw new Unbelieved('code_missing');
        const { idToken, accessToken } = await redeem(metadata, returned.code, String(verifier), signal);
        const { claims, alg } = await signedBy(metadata).open(idToken);
        checkIdToken(claims, { clientId, isIssuer, nonce: String(nonce), accessToken, alg, now: now() });
        checkFresh(claims, fresh === true);
        const outsider = settings.notAllowed?.(claims);
        if (outsider !== undefined) throw new Unbelieved('account_not_allowed', outsider);
        const more = await moreClaims(metadata, claims, accessToken, signal);
        const said = readClaims({ ...more, ...(claims as JsonObject) }, settings.claims);
        return { identity: identityOf(claims, settings.adjust?.(said, returned) ?? said) };
      }),

    readLogout: (token) =>
      judged(async (signal) => {
        const metadata = await discover(signal);
        const { claims, typ } = await signedBy(metadata).open(token);
        return checkLogoutToken(claims, { clientId, isIssuer, typ, now: now() });
      }),

    async logoutUrl({ returnTo, state }) {
      const found = await judged(async (signal) => ({ metadata: await discover(signal) }));
      const address = found.ok ? found.metadata.end_session_endpoint : undefined;
      if (address === undefined) return undefined;
      const parameters = {
        client_id: clientId,
        post_logout_redirect_uri: returnTo,
        ...(state === undefined ? {} : { state }),
      };
      return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`;
    },
  };
}

/** Mix-up (RFC 9207 section 2.4): an answer of another provider than the one that was asked. */
function checkSender({ iss }: Returned, metadata: ServerMetadata, issuer: string): void {
  const promised = metadata.authorization_response_iss_parameter_supported === true;
  if ((promised && iss === undefined) || (iss !== undefined && iss !== issuer)) {
    throw new Unbelieved('issuer_mismatch', iss ?? 'missing from the answer');
  }
}

function checkError({ error, error_description: description = '' }: Returned): void {
  if (error === undefined) return;
  const reason = CANCELLED.has(error) ? 'cancelled' : BUSY.has(error) ? 'unavailable' : 'provider_error';
  throw new Unbelieved(reason, `${error} ${description}`);
}

function identityOf(
  { iss = '', sub = '', acr, amr, auth_time: authTime, sid }: JWTPayload,
  claims: JsonObject,
): UpstreamIdentity {
  return {
    issuer: iss,
    subject: sub,
    claims,
    amr: Array.isArray(amr) ? amr.filter((one) => typeof one === 'string') : [],
    ...(typeof acr === 'string' ? { acr } : {}),
    ...(typeof authTime === 'number' ? { authTime } : {}),
    ...(typeof sid === 'string' ? { sid } : {}),
  };
}
