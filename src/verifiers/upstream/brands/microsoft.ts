import { clientAuthentication } from '../client-authentication.ts';
import { createOidcUpstream } from '../oidc.ts';
import type { UpstreamProvider } from '../provider.ts';
import type { Upstream } from '../upstream.ts';
import type { UpstreamsNeeds } from '../upstreams.ts';

/** Whose accounts are in no company's tenant. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const MANY = ['common', 'organizations'];

/**
 * Microsoft identity platform v2.0. Of many tenants the document names a template; a token is believed when its issuer is
 * the template filled with its own tenant, and that tenant may come in. Addresses there are not verified unless the optional
 * claim `xms_edov` says so: anybody can write one into their own tenant.
 */
export function microsoftUpstream(provider: UpstreamProvider, needs: UpstreamsNeeds): Upstream {
  const { issuer: base = 'https://login.microsoftonline.com', client_id: clientId = '', tenant = 'common' } = provider;
  const allowed = provider.allowed_tenants ?? [];
  const own = tenant === 'consumers' ? CONSUMERS : tenant;

  function mayCome(tid: string): boolean {
    if (tenant === 'organizations' && tid === CONSUMERS) return false;
    if (!MANY.includes(tenant) && tid !== own) return false;
    return allowed.length === 0 || allowed.includes(tid);
  }

  return createOidcUpstream(
    {
      issuer: `${base}/${tenant}/v2.0`,
      documentIssuer: `${base}/${MANY.includes(tenant) ? '{tenantid}' : own}/v2.0`,
      isIssuer: (said, { tid }) =>
        typeof tid === 'string' && /^[0-9a-f-]{36}$/.test(tid) && said === `${base}/${tid}/v2.0`,
      notAllowed: ({ tid }) => (mayCome(String(tid)) ? undefined : `tenant ${tid}`),
      clientId,
      authentication: clientAuthentication({ token_endpoint_auth_method: 'client_secret_post', ...provider }),
      scopes: provider.scopes ?? ['openid', 'email', 'profile'],
      claims: provider.claims,
      adjust: ({ xms_edov: verified, ...claims }) => ({
        ...claims,
        email_verified: verified === true || verified === 1 || verified === '1' || verified === 'true',
      }),
    },
    needs,
  );
}
