import { createHmac, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { type Brand, now, SECRET } from './brand.ts';
import { newKey, signed } from './signing.ts';
import { back, consentPage, createCodes, type Said, startStandIn } from './stand-in.ts';

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

  const key = newKey();
  const standIn = await startStandIn((asked, url) => {
    const { path, query, body, headers } = asked;
    const graph = path.replace(/^\/v\d+\.0/, '');
    if (path === '/.well-known/oauth/openid/jwks/') return { body: { keys: [key.jwk] } };
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
      const wanted = codes.take(body);
      if (!wanted) return wrong('This authorization code has been used.');
      const token = `EAA${randomUUID()}`;
      tokens.add(token);
      const { limited } = who;
      const claims = {
        iss: url,
        aud: '1234567890',
        sub: who.id,
        iat: now(),
        exp: now() + 600,
        nonce: wanted.get('nonce'),
        ...(limited as object),
      };
      const idToken = signed({
        header: { alg: 'ES256', kid: key.kid },
        claims: claims as JWTPayload,
        key: key.private,
      });
      return {
        body: {
          access_token: token,
          token_type: 'bearer',
          expires_in: 5_183_944,
          ...(limited ? { id_token: idToken } : {}),
        },
      };
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
    const { limited: _beside, ...said } = who;
    return { body: said };
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
