import { clientAuthentication } from '../client-authentication.ts';
import { createOidcUpstream } from '../oidc.ts';
import type { UpstreamProvider } from '../provider.ts';
import type { Upstream } from '../upstream.ts';
import type { UpstreamsNeeds } from '../upstreams.ts';

/** Google Identity: OpenID Connect, with Workspace domains told by the claim `hd`, never by the address. */
export function googleUpstream(provider: UpstreamProvider, needs: UpstreamsNeeds): Upstream {
  const { issuer = 'https://accounts.google.com', client_id: clientId = '', hosted_domains: domains = [] } = provider;
  const [only] = domains.length === 1 ? domains : [];
  return createOidcUpstream(
    {
      issuer,
      clientId,
      authentication: clientAuthentication({ token_endpoint_auth_method: 'client_secret_post', ...provider }),
      scopes: provider.scopes ?? ['openid', 'email', 'profile'],
      claims: provider.claims,
      // It knows no `prompt=login`, and refuses what it does not know.
      parameters: ({ fresh, lang }) => ({
        hl: lang,
        ...(only === undefined ? {} : { hd: only }),
        ...(fresh ? { prompt: 'select_account' } : {}),
      }),
      notAllowed: ({ hd }) => (domains.length === 0 || domains.includes(String(hd)) ? undefined : `hd ${hd}`),
    },
    needs,
  );
}
