import type { JsonObject } from '../../../base/index.ts';
import { createOidcUpstream } from '../oidc.ts';
import type { UpstreamProvider } from '../provider.ts';
import type { Returned, Upstream } from '../upstream.ts';
import type { UpstreamsNeeds } from '../upstreams.ts';

/**
 * Sign in with Apple. The client secret is a token that we sign, anew each time; the answer comes as a form of Apple's page;
 * and the name is told once, beside the token and unsigned, when somebody signs in for the first time.
 */
export function appleUpstream(provider: UpstreamProvider, needs: UpstreamsNeeds): Upstream {
  const { issuer = 'https://appleid.apple.com', client_id: clientId = '', team_id: team = '' } = provider;
  const { key_id: kid = '', private_key: pem = '' } = provider;

  async function clientSecret(): Promise<string> {
    const { importPKCS8, SignJWT } = await import('jose');
    const at = Math.floor(needs.clock() / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(team)
      .setSubject(clientId)
      .setAudience(issuer)
      .setIssuedAt(at)
      .setExpirationTime(at + 300)
      .sign(await importPKCS8(pem, 'ES256'));
  }

  return createOidcUpstream(
    {
      issuer,
      clientId,
      async authentication() {
        const secret = await clientSecret();
        return (_server, _client, body) => {
          body.set('client_id', clientId);
          body.set('client_secret', secret);
        };
      },
      scopes: provider.scopes ?? ['openid', 'name', 'email'],
      responseMode: 'form_post',
      claims: provider.claims,
      adjust: (claims, returned) => ({ ...nameIn(returned), ...claims }),
    },
    needs,
  );
}

/** Told by the browser, so it may be anything: text, and not endless. */
function nameIn({ user = '{}' }: Returned): JsonObject {
  try {
    const { name } = JSON.parse(user) as { name?: Record<string, unknown> };
    const told = { given_name: name?.firstName, family_name: name?.lastName };
    const texts = Object.entries(told).filter(([, value]) => typeof value === 'string' && value.length <= 100);
    return Object.fromEntries(texts) as JsonObject;
  } catch {
    return {};
  }
}
