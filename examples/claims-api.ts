/**
 * An insurer's API: it lists claims to any token with `claims:read`, and takes a new one only from somebody who has just
 * proven that it is them in two ways. What it misses it says in the words of RFC 9470, and any app can go and get it.
 *
 *     node examples/claims-api.ts ISSUER PORT
 */
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import Koa, { type Context } from 'koa';

interface ClaimsApi {
  issuer: string;
  /** 0 for any free one. */
  port: number;
  /** How old the sign-in behind a new claim may be, in seconds. */
  maxAge?: number;
}

/** The classes that do for filing a claim: two kinds of proof, or two that no other site can have passed on. */
const ENOUGH = ['aal2', 'phr'];

/** Starts the API on localhost. @returns its address, which is the `aud` of its tokens, and how to stop it */
export async function startClaimsApi({ issuer, port, maxAge = 600 }: ClaimsApi) {
  const app = new Koa();
  const router = new Router();
  const findKeys = createKeyFinder(issuer);
  const claims: { number: number; what: string; sub: string }[] = [];
  let url = '';

  /** RFC 9068 section 4: type, signature, issuer, audience and time. Undefined after the refusal was written. */
  async function tokenOf(ctx: Context, scope: string): Promise<JWTPayload | undefined> {
    const [, token] = /^Bearer (\S+)$/i.exec(ctx.get('authorization')) ?? [];
    if (token === undefined) return challenge(ctx, 401, {});
    const keys = await findKeys();
    try {
      const checks = { issuer, audience: url, typ: 'at+jwt', requiredClaims: ['exp', 'sub'], clockTolerance: 10 };
      const { payload } = await jwtVerify(token, keys, checks);
      if (String(payload.scope).split(' ').includes(scope)) return payload;
      return challenge(ctx, 403, { error: 'insufficient_scope', scope });
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      return challenge(ctx, 401, { error: 'invalid_token' });
    }
  }

  router.get('/claims', async (ctx) => {
    const token = await tokenOf(ctx, 'claims:read');
    if (token) ctx.body = claims.filter(({ sub }) => sub === token.sub).map(({ number, what }) => ({ number, what }));
  });

  router.post('/claims', async (ctx) => {
    const token = await tokenOf(ctx, 'claims:write');
    if (!token) return;
    const age = Date.now() / 1000 - Number(token.auth_time);
    if (!ENOUGH.includes(String(token.acr)) || !(age <= maxAge)) {
      return challenge(ctx, 401, {
        error: 'insufficient_user_authentication',
        error_description: 'Filing a claim takes two kinds of proof, given just now.',
        acr_values: 'aal2',
        max_age: String(maxAge),
      });
    }
    const claim = { number: claims.length + 1, what: 'A dented door' };
    claims.push({ ...claim, sub: String(token.sub) });
    ctx.status = 201;
    ctx.body = claim;
  });

  app.use(async (ctx, next) => {
    ctx.set('cache-control', 'no-store');
    await next().catch(() => {
      ctx.status = 503;
      ctx.set('retry-after', '5');
      ctx.body = { error: 'temporarily_unavailable' };
    });
  });
  app.use(router.routes());
  const server = app.listen(port, 'localhost');
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The provider may start after the API: its keys are looked up when first needed, and again after a failure. */
function createKeyFinder(issuer: string) {
  let found: ReturnType<typeof find> | undefined;
  async function find() {
    const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
    const { jwks_uri: address } = (await answer.json()) as { jwks_uri: string };
    return createRemoteJWKSet(new URL(address));
  }
  return () => {
    found ??= find().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

/** RFC 6750 section 3, with the parameters of RFC 9470 section 3. */
function challenge(ctx: Context, status: number, parameters: Record<string, string>): undefined {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  ctx.status = status;
  ctx.set('www-authenticate', ['Bearer', pairs.join(', ')].join(' ').trim());
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
