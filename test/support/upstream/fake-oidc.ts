import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JWTPayload } from 'jose';
import type { Forged, Forgery, Token } from './forgeries.ts';
import { newKey, signed } from './signing.ts';

export interface FakeOidc {
  issuer: string;
  /** From now on it does this wrong; without a word it is right again. */
  misbehave(forgery?: Forgery): void;
  /** Who signs in there from now on: claims of the ID token, and what only userinfo says. */
  user(claims: JWTPayload, more?: JWTPayload): void;
  /** Another key signs from now on, and only that one is published. */
  rotateKeys(): void;
  /** A logout token, with other claims where they are given. */
  logoutToken(claims: JWTPayload, header?: Record<string, unknown>): string;
  /** Path and headers of everything that was asked of it, the newest last. */
  requests: { path: string; authorization: string | undefined; body: URLSearchParams }[];
  close(): Promise<void>;
}

export const FAKE_SECRET = 'fake-secret-0123456789-0123456789';

/** An OpenID provider that is right, and wrong on command. Whoever is sent to it is signed in at once. */
export async function startFakeOidc(): Promise<FakeOidc> {
  const requests: FakeOidc['requests'] = [];
  const codes = new Map<string, { nonce: string; challenge: string; callback: string }>();
  let forgery: Forgery = { refused: '' };
  let person: JWTPayload = { sub: 'somebody', email: 'somebody@acme.test', email_verified: true };
  let more: JWTPayload = {};
  let key = newKey();
  let issuer = '';

  const right: Record<string, (request: Asked) => Forged | undefined> = {
    '/.well-known/openid-configuration': () => wrong(forgery.discovery, metadata(issuer)),
    '/jwks': () => wrong(forgery.keys, { keys: [key.jwk] }),
    '/userinfo': () => wrong(forgery.userinfo, { ...person, ...more }),
    '/token': ({ body }) => redeem(body),
  };

  function redeem(body: URLSearchParams): Forged {
    const code = body.get('code') ?? '';
    const asked = codes.get(code);
    codes.delete(code);
    const proof = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (!asked || asked.challenge !== proof || asked.callback !== body.get('redirect_uri')) {
      return { status: 400, body: '{"error":"invalid_grant"}' };
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: 'house',
      iat: now,
      exp: now + 300,
      nonce: asked.nonce,
      auth_time: now,
      ...person,
    };
    const token: Token = { header: { alg: 'ES256', kid: key.kid }, claims, key: key.private };
    forgery.token?.(token, { publicPem: key.pem });
    const tokens = { access_token: randomUUID(), token_type: 'Bearer', expires_in: 60, id_token: signed(token) };
    return wrong(forgery.redeemed, tokens);
  }

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    const code = randomUUID();
    const callback = asked.get('redirect_uri') ?? '';
    codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '', callback });
    const answer = new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer });
    forgery.answer?.(answer);
    response.writeHead(302, { location: `${callback}?${answer}` }).end();
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    const asked = await read(request, url);
    requests.push(asked);
    if (url.pathname === '/authorize') return authorize(url.searchParams, response);
    const answer = right[url.pathname]?.(asked);
    if (answer === undefined) response.writeHead(404).end();
    else send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer,
    requests,
    misbehave(wanted = { refused: '' }) {
      forgery = wanted;
    },
    user(claims, beside = {}) {
      person = claims;
      more = beside;
    },
    rotateKeys() {
      key = newKey();
    },
    logoutToken(claims, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
      const usual = { iss: issuer, aud: 'house', iat: now, exp: now + 120, jti: randomUUID(), events };
      return signed({
        header: { alg: 'ES256', kid: key.kid, typ: 'logout+jwt', ...header },
        claims: { ...usual, ...claims },
        key: key.private,
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Asked = FakeOidc['requests'][number];

async function read(request: IncomingMessage, { pathname }: URL): Promise<Asked> {
  const body = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
  return { path: pathname, authorization: request.headers.authorization, body };
}

function wrong(how: ((body: Record<string, unknown>) => Forged) | undefined, body: Record<string, unknown>): Forged {
  return how?.(body) ?? body;
}

function metadata(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    end_session_endpoint: `${issuer}/logout`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}

function send(response: ServerResponse, answer: Forged): void {
  const json = { 'content-type': 'application/json' };
  if (answer === 'hang') return;
  if (answer === 'drip' || answer === 'endless') {
    response.writeHead(200, json);
    const piece = answer === 'drip' ? ' ' : ' '.repeat(64 * 1024);
    const timer = setInterval(() => response.write(piece), answer === 'drip' ? 200 : 1);
    response.once('close', () => clearInterval(timer));
    return;
  }
  if (typeof answer.status === 'number' && typeof answer.body === 'string') {
    const location = typeof answer.location === 'string' ? { location: answer.location } : {};
    response.writeHead(answer.status, { ...json, ...location }).end(answer.body);
  } else response.writeHead(200, json).end(JSON.stringify(answer));
}
