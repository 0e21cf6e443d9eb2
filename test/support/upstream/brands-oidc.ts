import { createPublicKey, createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { type Brand, now, SECRET } from './brand.ts';
import { newKey, signed } from './signing.ts';
import { type Asked, back, consentPage, createCodes, type Said, startStandIn } from './stand-in.ts';

interface OidcDialect {
  name: string;
  clientId: string;
  paths: { authorize: string; token: string; keys: string; discovery: string };
  issuerIn: (url: string, who: Record<string, unknown>) => string;
  documentIssuer: (url: string) => string;
  metadata?: Record<string, unknown>;
  /** Whether the client proved itself as this brand wants it. */
  proven: (body: URLSearchParams, asked: Asked, url: string) => boolean;
  refusesPrompt?: boolean;
  answer: (asked: URLSearchParams, parameters: Record<string, string>) => Said;
}

async function startOidcBrand(
  dialect: OidcDialect,
  first: Record<string, unknown>,
  fields: (url: string) => object,
): Promise<Brand> {
  const { name, clientId, paths, metadata = {} } = dialect;
  const [key, codes] = [newKey(), createCodes()];
  let who = first;

  function redeem(asked: Asked, url: string): Said {
    const { body } = asked;
    if (!dialect.proven(body, asked, url)) return { status: 401, body: { error: 'invalid_client' } };
    if (!body.has('client_id')) body.set('client_id', clientId);
    const wanted = codes.take(body);
    if (!wanted) return { status: 400, body: { error: 'invalid_grant', error_description: 'Bad Request' } };
    const claims: JWTPayload = {
      ...{ iss: dialect.issuerIn(url, who), aud: clientId, iat: now(), exp: now() + 3600 },
      nonce: wanted.get('nonce') ?? '',
      ...who,
    };
    const token = signed({ header: { alg: 'ES256', kid: key.kid }, claims, key: key.private });
    return { body: { access_token: randomUUID(), token_type: 'Bearer', expires_in: 3599, id_token: token } };
  }

  const standIn = await startStandIn((asked, url) => {
    const { path, query, body } = asked;
    if (path === paths.discovery) {
      const endpoints = {
        authorization_endpoint: url + paths.authorize,
        token_endpoint: url + paths.token,
        jwks_uri: url + paths.keys,
      };
      return { body: { issuer: dialect.documentIssuer(url), ...endpoints, ...metadata } };
    }
    if (path === paths.keys) return { body: { keys: [key.jwk] } };
    if (path === paths.token) return redeem(asked, url);
    if (path === paths.authorize) {
      if (dialect.refusesPrompt && query.get('prompt') === 'login')
        return { status: 400, body: 'Error 400: invalid_request' };
      return consentPage(name, asked);
    }
    if (path !== '/said') return undefined;
    const state = body.get('state') ?? '';
    if (body.has('no'))
      return dialect.answer(body, { state, error: name === 'Apple' ? 'user_cancelled_authorize' : 'access_denied' });
    return dialect.answer(body, { state, code: codes.give(new URLSearchParams(body)) });
  });
  return {
    ...standIn,
    fields: { client_id: clientId, issuer: standIn.url, ...fields(standIn.url) },
    user: (next) => (who = next),
  };
}

const byQuery: OidcDialect['answer'] = (asked, parameters) => back(asked.get('redirect_uri'), parameters);

/** Google: `hd` for Workspace accounts, no `prompt=login`, no `iss` in the answer. */
export const startGoogle = () =>
  startOidcBrand(
    {
      name: 'Google',
      clientId: 'google-client',
      paths: {
        ...{ authorize: '/o/oauth2/v2/auth', token: '/token', keys: '/oauth2/v3/certs' },
        discovery: '/.well-known/openid-configuration',
      },
      issuerIn: (url) => url,
      documentIssuer: (url) => url,
      refusesPrompt: true,
      proven: (body) => body.get('client_secret') === SECRET,
      answer: byQuery,
    },
    {
      sub: '110169484474386276334',
      email: 'robin@gmail.test',
      email_verified: true,
      given_name: 'Robin',
      family_name: 'Gray',
    },
    () => ({ type: 'google', client_secret: SECRET }),
  );

export const TENANT = '11111111-2222-4333-8444-555555555555';

/** Microsoft: the document of `common` names a template; the tenant is in the token; addresses are nobody's word. */
export const startMicrosoft = () =>
  startOidcBrand(
    {
      name: 'Microsoft',
      clientId: 'microsoft-client',
      paths: {
        authorize: '/common/oauth2/v2.0/authorize',
        token: '/common/oauth2/v2.0/token',
        keys: '/common/discovery/v2.0/keys',
        discovery: '/common/v2.0/.well-known/openid-configuration',
      },
      issuerIn: (url, { tid }) => `${url}/${tid}/v2.0`,
      documentIssuer: (url) => `${url}/{tenantid}/v2.0`,
      proven: (body) => body.get('client_secret') === SECRET,
      answer: byQuery,
    },
    {
      sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      tid: TENANT,
      email: 'robin@contoso.test',
      preferred_username: 'robin@contoso.test',
    },
    () => ({ type: 'microsoft', client_secret: SECRET, tenant: 'common' }),
  );

/** Apple: the secret is a token of ours, the answer a form of its page, booleans are text, and the name comes once. */
export async function startApple(): Promise<Brand> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let told = false;
  return startOidcBrand(
    {
      name: 'Apple',
      clientId: 'test.house.web',
      paths: {
        authorize: '/auth/authorize',
        token: '/auth/token',
        keys: '/auth/keys',
        discovery: '/.well-known/openid-configuration',
      },
      issuerIn: (url) => url,
      documentIssuer: (url) => url,
      proven(body, _asked, url) {
        const [header = '', claims = '', signature = ''] = (body.get('client_secret') ?? '').split('.');
        const { iss, sub, aud, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}');
        const right = createVerify('sha256')
          .update(`${header}.${claims}`)
          .verify(
            { key: createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })), dsaEncoding: 'ieee-p1363' },
            signature,
            'base64url',
          );
        return right && iss === 'TEAM012345' && sub === 'test.house.web' && aud === url && exp > now();
      },
      answer(asked, parameters) {
        // With a scope that asks for name or address, the answer has to come as a form.
        if (asked.get('response_mode') !== 'form_post') return { status: 400, body: 'response_mode must be form_post' };
        const name = { name: { firstName: 'Robin', lastName: 'Gray' }, email: 'robin@apple.test' };
        const all = parameters.code && !told ? { ...parameters, user: JSON.stringify(name) } : parameters;
        told ||= parameters.code !== undefined;
        const inputs = Object.entries(all).map(
          ([field, value]) => `<input type="hidden" name="${field}" value="${value.replaceAll('"', '&quot;')}">`,
        );
        return {
          body: `<!doctype html><form method="post" action="${asked.get('redirect_uri')}">${inputs.join('')}<button>Back</button></form><script>document.forms[0].submit()</script>`,
        };
      },
    },
    {
      sub: '001999.c1a2b3.0123',
      email: 'q7x9@privaterelay.appleid.test',
      email_verified: 'true',
      is_private_email: 'true',
    },
    () => ({
      type: 'apple',
      team_id: 'TEAM012345',
      key_id: 'KEY0123456',
      private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    }),
  );
}
