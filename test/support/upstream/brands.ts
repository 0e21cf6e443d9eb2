import { createHmac, createPublicKey, createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { newKey, signed } from './signing.ts';
import { type Asked, back, consentPage, createCodes, type Said, type StandIn, startStandIn } from './stand-in.ts';

/** A stand-in for a brand, as its console would have set it up for the house. */
export interface Brand extends StandIn {
  /** Fields of the provider in the house's file. */
  fields: Record<string, unknown>;
  /** Who signs in there from now on, in the brand's own words. */
  user(who: Record<string, unknown>): void;
}

const SECRET = 'brand-secret-0123456789-0123456789';
const now = () => Math.floor(Date.now() / 1000);

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

/** Facebook: OAuth 2.0 and Graph; a proof with every call, errors as objects, and an address only where it was allowed. */
export async function startFacebook({ app = '1234567890' } = {}): Promise<Brand> {
  const codes = createCodes();
  const tokens = new Set<string>();
  let who: Record<string, unknown> = {
    id: '10158000000000001',
    first_name: 'Robin',
    last_name: 'Gray',
    email: 'robin@facebook.test',
  };
  const wrong = (message: string, code = 100): Said => ({
    status: 400,
    body: { error: { message, type: 'OAuthException', code, fbtrace_id: 'A' } },
  });

  const standIn = await startStandIn((asked) => {
    const { path, query, body, headers } = asked;
    const graph = path.replace(/^\/v\d+\.0/, '');
    if (graph === '/dialog/oauth') return consentPage('Facebook', asked);
    if (path === '/said') {
      const state = body.get('state') ?? '';
      if (body.has('no')) {
        return back(body.get('redirect_uri'), {
          state,
          error: 'access_denied',
          error_reason: 'user_denied',
          error_code: '200',
        });
      }
      return back(body.get('redirect_uri'), { state, code: codes.give(new URLSearchParams(body)) });
    }
    if (graph === '/oauth/access_token') {
      if (body.get('client_secret') !== SECRET) return wrong('Error validating client secret.', 1);
      if (!codes.take(body)) return wrong('This authorization code has been used.');
      const token = `EAA${randomUUID()}`;
      tokens.add(token);
      return { body: { access_token: token, token_type: 'bearer', expires_in: 5_183_944 } };
    }
    if (graph === '/debug_token') {
      if (query.get('access_token') !== `1234567890|${SECRET}`) return wrong('Invalid OAuth access token.', 190);
      return {
        body: {
          data: { app_id: app, is_valid: tokens.has(query.get('input_token') ?? ''), user_id: who.id, type: 'USER' },
        },
      };
    }
    if (graph !== '/me') return undefined;
    const token = String(headers.authorization ?? '').replace('Bearer ', '');
    if (!tokens.has(token)) return wrong('Invalid OAuth access token.', 190);
    const proof = createHmac('sha256', SECRET).update(token).digest('hex');
    if (query.get('appsecret_proof') !== proof) return wrong('Invalid appsecret_proof provided in the API argument');
    return { body: who };
  });
  const fields = { type: 'facebook', client_id: '1234567890', client_secret: SECRET, issuer: standIn.url };
  return { ...standIn, fields, user: (next) => (who = next) };
}

/** GitHub: errors with status 200, form-encoded tokens unless JSON is asked for, addresses by a call of their own. */
export async function startGithub(): Promise<Brand> {
  const codes = createCodes();
  const tokens = new Set<string>();
  let who: Record<string, unknown> = {
    user: { id: 583231, login: 'robin', name: 'Robin Gray', email: 'typed-by-anybody@github.test' },
    emails: [
      { email: 'old@github.test', primary: false, verified: true },
      { email: 'robin@github.test', primary: true, verified: true },
    ],
  };
  const standIn = await startStandIn((asked) => {
    const { path, body, headers } = asked;
    if (path === '/login/oauth/authorize') return consentPage('GitHub', asked);
    if (path === '/said') {
      const state = body.get('state') ?? '';
      if (body.has('no'))
        return back(body.get('redirect_uri'), {
          state,
          error: 'access_denied',
          error_description: 'The user has denied your application access.',
        });
      return back(body.get('redirect_uri'), { state, code: codes.give(new URLSearchParams(body)) });
    }
    if (path === '/login/oauth/access_token') {
      const right = body.get('client_secret') === SECRET && codes.take(body);
      const token = `gho_${randomUUID()}`;
      if (right) tokens.add(token);
      const said = right
        ? { access_token: token, token_type: 'bearer', scope: 'read:user,user:email' }
        : { error: 'bad_verification_code' };
      return headers.accept === 'application/json'
        ? { body: said }
        : { body: new URLSearchParams(said as Record<string, string>).toString() };
    }
    if (!path.startsWith('/api/v3/')) return undefined;
    if (headers['user-agent'] === undefined) return { status: 403, body: 'Request forbidden by administrative rules.' };
    if (!tokens.has(String(headers.authorization ?? '').replace('Bearer ', '')))
      return { status: 401, body: { message: 'Bad credentials' } };
    return { body: path === '/api/v3/user' ? who.user : who.emails };
  });
  const fields = { type: 'github', client_id: 'Iv1.0123456789abcdef', client_secret: SECRET, issuer: standIn.url };
  return { ...standIn, fields, user: (next) => (who = next) };
}

export const brands = {
  google: startGoogle,
  microsoft: startMicrosoft,
  apple: startApple,
  facebook: startFacebook,
  github: startGithub,
};
