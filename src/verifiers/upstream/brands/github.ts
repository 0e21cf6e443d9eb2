import type { JsonObject } from '../../../base/index.ts';
import { createOAuth2Upstream } from '../oauth2.ts';
import type { UpstreamProvider } from '../provider.ts';
import type { Upstream } from '../upstream.ts';
import type { UpstreamsNeeds } from '../upstreams.ts';

/**
 * GitHub: OAuth 2.0, and a question for the person and their addresses. Only the primary address counts, and only when it is
 * verified; the one on the profile is whatever somebody typed. An `issuer` is a GitHub Enterprise Server.
 */
export function githubUpstream(provider: UpstreamProvider, needs: UpstreamsNeeds): Upstream {
  const { issuer = 'https://github.com', client_id: clientId = '', client_secret: clientSecret = '' } = provider;
  const api = provider.issuer === undefined ? 'https://api.github.com' : `${issuer}/api/v3`;
  return createOAuth2Upstream(
    {
      issuer,
      clientId,
      clientSecret,
      authorizationEndpoint: `${issuer}/login/oauth/authorize`,
      tokenEndpoint: `${issuer}/login/oauth/access_token`,
      scopes: provider.scopes ?? ['read:user', 'user:email'],
      claims: provider.claims,
      parameters: ({ loginHint, fresh }) => ({
        ...(loginHint === undefined ? {} : { login: loginHint }),
        ...(fresh ? { prompt: 'select_account' } : {}),
      }),
      async identify({ accessToken }, get) {
        const headers = {
          authorization: `Bearer ${accessToken}`,
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'Sallyport',
        };
        const [user, { list: addresses }] = await Promise.all([
          get(`${api}/user`, headers),
          get(`${api}/user/emails`, headers),
        ]);
        const { id, email: _typed, ...profile } = user;
        return { subject: typeof id === 'number' ? String(id) : '', claims: { ...profile, ...primary(addresses) } };
      },
    },
    needs,
  );
}

function primary(addresses: unknown): JsonObject {
  const all = Array.isArray(addresses)
    ? (addresses as { email?: unknown; primary?: unknown; verified?: unknown }[])
    : [];
  const one = all.find((address) => address?.primary === true);
  if (typeof one?.email !== 'string') return {};
  return { email: one.email, email_verified: one.verified === true };
}
