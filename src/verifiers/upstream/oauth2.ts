import type { JsonObject } from '../../base/index.ts';
import { readClaims } from './claims.ts';
import { fetchJson } from './fetch-json.ts';
import { judged, Unbelieved } from './refusal.ts';
import type { Departure, Upstream } from './upstream.ts';
import type { UpstreamsNeeds } from './upstreams.ts';

/** A token, and what came with it. */
export interface Redeemed {
  accessToken: string;
  answer: JsonObject;
  nonce: string;
}

/** One GET to the provider's interface. @throws Unbelieved for anything but an object with status 200 */
export type Get = (url: string, headers?: Record<string, string>) => Promise<JsonObject>;

/** What makes one OAuth 2.0 provider different from the next: there is no standard for who somebody is. */
export interface OAuth2Settings {
  /** Names the provider in linked identities. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  scopes: readonly string[];
  parameters?: (departure: Departure) => Record<string, string>;
  /** Ours ← theirs. */
  claims?: Readonly<Record<string, string>> | undefined;
  /** Who the token is about, by an id that never changes and is given to nobody else. */
  identify: (redeemed: Redeemed, get: Get) => Promise<{ subject: string; claims: JsonObject }>;
}

/** The authorization code grant (RFC 6749 section 4.1) with state and PKCE (RFC 7636), and a question who it is. */
export function createOAuth2Upstream(settings: OAuth2Settings, { fetch, callback }: UpstreamsNeeds): Upstream {
  const { issuer, clientId, clientSecret, authorizationEndpoint, tokenEndpoint, scopes } = settings;

  async function redeem(
    code: string,
    verifier: string,
    signal: AbortSignal,
  ): Promise<JsonObject & { access_token: string }> {
    const body = new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier },
      ...{ client_id: clientId, client_secret: clientSecret },
    });
    const { status, body: answer } = await fetchJson(fetch, tokenEndpoint, { method: 'POST', body, signal });
    const { access_token: token } = answer;
    // GitHub says its errors with status 200, Facebook as an object.
    if (status === 200 && typeof token === 'string' && token !== '') return { ...answer, access_token: token };
    const said = JSON.stringify(answer.error ?? 'no token');
    throw new Unbelieved(
      /bad_verification_code|invalid_grant|OAuthException/.test(said) ? 'code_refused' : 'provider_error',
      said,
    );
  }

  return {
    depart: (departure) =>
      judged(async () => {
        const client = await import('openid-client');
        const [nonce, verifier] = [client.randomNonce(), client.randomPKCECodeVerifier()];
        const { state } = departure;
        const parameters = new URLSearchParams({
          ...{
            client_id: clientId,
            redirect_uri: callback,
            response_type: 'code',
            scope: scopes.join(' '),
            state,
            nonce,
          },
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...settings.parameters?.(departure),
        });
        return { url: `${authorizationEndpoint}?${parameters}`, remember: { state, nonce, verifier } };
      }),

    arrive: (returned, { state, nonce, verifier }) =>
      judged(async (signal) => {
        if (returned.state !== state) throw new Unbelieved('state_mismatch');
        if (returned.error !== undefined) {
          const said = `${returned.error} ${returned.error_description ?? ''}`;
          throw new Unbelieved(returned.error === 'access_denied' ? 'cancelled' : 'provider_error', said);
        }
        if (!returned.code) throw new Unbelieved('code_missing');
        const answer = await redeem(returned.code, String(verifier), signal);
        const get: Get = async (url, headers = {}) => {
          const { status, body } = await fetchJson(fetch, url, { headers, signal });
          if (status !== 200) throw new Unbelieved('provider_error', `${new URL(url).pathname} answers ${status}`);
          return body;
        };
        const redeemed = { accessToken: answer.access_token, answer, nonce: String(nonce) };
        const { subject, claims } = await settings.identify(redeemed, get);
        if (subject === '') throw new Unbelieved('subject_invalid');
        return { identity: { issuer, subject, claims: readClaims(claims, settings.claims), amr: [] } };
      }),
  };
}
