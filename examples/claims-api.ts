/**
 * An insurer's API: it reads claims to any token with `claims:read`, and takes a new one only from somebody who has just
 * proven a second factor. What it misses it says in the words of RFC 9470, and any app can go and get it.
 *
 *     node examples/claims-api.ts ISSUER PORT
 */
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import Koa, { type Context } from 'koa';

interface ClaimsApi {
  issuer: string;
  /** 0 for any free one. */
  port: number;
}

/** What filing a claim wants of the sign-in: two factors, proven in the last ten minutes. */
const WANTED = { acr: ['aal2', 'phr'], maxAge: 600 };

/** Starts the API on localhost. @returns its address, which is the `aud` of its tokens, and how to stop it */
export async function startClaimsApi({ issuer, port }: ClaimsApi): Promise<{ url: string; close(): Promise<void> }> {
  const app = new Koa();
  const router = new Router();
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const claims: { who: string; what: string }[] = [];
  let url = '';

  /** RFC 9068 section 4: signature, issuer, audience, time and type. Undefined after the refusal was written. */
  async function tokenOf(ctx: Context, scope: string): Promise<JWTPayload | undefined> {
    const [, token] = /^Bearer (\S+)$/i.exec(ctx.get('authorization')) ?? [];
    if (token === undefined) return challenge(ctx, 401, {});
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: url, typ: 'at+jwt' });
      if (String(payload.scope).split(' ').includes(scope)) return payload;
      return challenge(ctx, 403, { error: 'insufficient_scope', scope });
    } catch {
      return challenge(ctx, 401, { error: 'invalid_token' });
    }
  }

  router.get('/claims', async (ctx) => {
    const token = await tokenOf(ctx, 'claims:read');
    if (token) ctx.body = claims.filter(({ who }) => who === token.sub);
  });

  router.post('/claims', async (ctx) => {
    const token = await tokenOf(ctx, 'claims:write');
    if (!token) return;
    const age = Date.now() / 1000 - Number(token.auth_time);
    if (!WANTED.acr.includes(String(token.acr)) || !(age <= WANTED.maxAge)) {
      return challenge(ctx, 401, {
        error: 'insufficient_user_authentication',
        error_description: 'Filing a claim needs a second factor, proven just now.',
        acr_values: WANTED.acr[0] ?? '',
        max_age: String(WANTED.maxAge),
      });
    }
    claims.push({ who: String(token.sub), what: 'a dented door' });
    ctx.status = 201;
    ctx.body = { filed: claims.length };
  });

  app.use(router.routes());
  const server = app.listen(port, 'localhost');
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** RFC 6750 section 3, with the parameters of RFC 9470 section 3. */
function challenge(ctx: Context, status: number, parameters: Record<string, string>): undefined {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  ctx.status = status;
  ctx.set('www-authenticate', pairs.length > 0 ? `Bearer ${pairs.join(', ')}` : 'Bearer');
  ctx.body = parameters;
}

if (import.meta.main) {
  const [issuer, port] = process.argv.slice(2);
  if (issuer === undefined || port === undefined) {
    console.error('Usage: node examples/claims-api.ts ISSUER PORT');
    process.exit(64);
  }
  console.log(`The claims API is at ${(await startClaimsApi({ issuer, port: Number(port) })).url}`);
}
