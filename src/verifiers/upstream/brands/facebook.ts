import { createHmac } from 'node:crypto';
import { checkIdToken, createSignedTokens } from '../id-token.ts';
import { createOAuth2Upstream, type Get, type Redeemed } from '../oauth2.ts';
import type { UpstreamProvider } from '../provider.ts';
import { Unbelieved } from '../refusal.ts';
import type { Upstream } from '../upstream.ts';
import type { UpstreamsNeeds } from '../upstreams.ts';

/** Of the Graph interface; each lives for two years at least. */
const VERSION = 'v24.0';

/**
 * Facebook: OAuth 2.0 and the Graph interface. A token counts only when it was made for this app, each call proves that we
 * hold the app's secret, and an ID token (limited login) is verified where one comes. No address of it is verified.
 */
export function facebookUpstream(provider: UpstreamProvider, needs: UpstreamsNeeds): Upstream {
  const { issuer = 'https://www.facebook.com', client_id: clientId = '', client_secret: clientSecret = '' } = provider;
  const graph = provider.issuer === undefined ? 'https://graph.facebook.com' : issuer;
  const tokens = createSignedTokens({ jwksUri: `${issuer}/.well-known/oauth/openid/jwks/`, fetch: needs.fetch });

  async function checkToken({ accessToken }: Redeemed, get: Get): Promise<string> {
    const query = new URLSearchParams({ input_token: accessToken, access_token: `${clientId}|${clientSecret}` });
    const { data } = (await get(`${graph}/debug_token?${query}`)) as { data?: Record<string, unknown> };
    if (data?.is_valid !== true || String(data.app_id) !== clientId) {
      throw new Unbelieved('audience_mismatch', `the token was made for the app ${data?.app_id}`);
    }
    return String(data.user_id);
  }

  async function checkLimited({ accessToken, answer, nonce }: Redeemed, subject: string): Promise<void> {
    if (typeof answer.id_token !== 'string') return;
    const { claims, alg } = await tokens.open(answer.id_token);
    const now = Math.floor(needs.clock() / 1000);
    checkIdToken(claims, { clientId, isIssuer: (said) => said === issuer, nonce, accessToken, alg, now });
    if (claims.sub !== subject) throw new Unbelieved('userinfo_mismatch');
  }

  return createOAuth2Upstream(
    {
      issuer,
      clientId,
      clientSecret,
      authorizationEndpoint: `${issuer}/${VERSION}/dialog/oauth`,
      tokenEndpoint: `${graph}/${VERSION}/oauth/access_token`,
      scopes: provider.scopes ?? ['public_profile', 'email'],
      claims: provider.claims,
      parameters: ({ fresh }) => (fresh ? { auth_type: 'reauthenticate' } : {}),
      async identify(redeemed, get) {
        const { accessToken } = redeemed;
        const proof = createHmac('sha256', clientSecret).update(accessToken).digest('hex');
        const fields = new URLSearchParams({ fields: 'id,first_name,last_name,email', appsecret_proof: proof });
        const headers = { authorization: `Bearer ${accessToken}` };
        const [owner, me] = await Promise.all([
          checkToken(redeemed, get),
          get(`${graph}/${VERSION}/me?${fields}`, headers),
        ]);
        const { id, first_name: given = null, last_name: family = null, email = null, ...more } = me;
        const subject = String(id ?? '');
        if (subject !== owner) throw new Unbelieved('userinfo_mismatch');
        await checkLimited(redeemed, subject);
        const said = { ...more, given_name: given, family_name: family, email, email_verified: false };
        return { subject, claims: said };
      },
    },
    needs,
  );
}
