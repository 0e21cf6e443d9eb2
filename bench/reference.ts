/**
 * R, the yardstick: oidc-provider with nothing round it but a plain Redis adapter and a password form.
 *
 * Started by run.ts with PORT and REDIS_URL; says 'ready' when it listens.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Redis } from 'ioredis';
import Koa from 'koa';
import compose from 'koa-compose';
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { createPlainRedisAdapter } from './redis-adapter.ts';
import { SETUP } from './target.ts';

const { PORT = '0', REDIS_URL = '' } = process.env;
const issuer = `http://localhost:${PORT}`;
const redis = new Redis(REDIS_URL);

/** A first-party app: what it asks for is granted, as Sallyport does it. */
async function grantFor(ctx: KoaContextWithOIDC) {
  const { client, session, provider, requestParamOIDCScopes } = ctx.oidc;
  const accountId = session?.accountId;
  if (client === undefined || accountId === undefined) return undefined;
  const known = session?.grantIdFor(client.clientId);
  const found = known === undefined ? undefined : await provider.Grant.find(known);
  if (found !== undefined) return found;
  const grant = new provider.Grant({ clientId: client.clientId, accountId });
  grant.addOIDCScope([...requestParamOIDCScopes].join(' '));
  await grant.save();
  return grant;
}

const HOUR = 3600;
const configuration: Configuration = {
  adapter: createPlainRedisAdapter(redis),
  jwks: {
    keys: [
      {
        ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
        kty: 'EC',
        use: 'sig',
        alg: 'ES256',
      },
    ],
  },
  clients: [
    {
      client_id: SETUP.machine.id,
      client_secret: SETUP.machine.secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope: 'read',
    },
    {
      client_id: SETUP.app.id,
      token_endpoint_auth_method: 'none',
      redirect_uris: [SETUP.app.redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: SETUP.scope,
    },
  ],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  responseTypes: ['code'],
  scopes: ['openid', 'profile', 'email', 'offline_access', 'read'],
  claims: {
    openid: ['sub', 'acr', 'amr', 'auth_time'],
    email: ['email', 'email_verified'],
    profile: ['name', 'given_name'],
  },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  // The library drops offline_access without prompt=consent; a first-party app gets its refresh token all the same.
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  loadExistingGrant: grantFor,
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: async () => {
      const user = JSON.parse((await redis.get(`user:${sub}`)) ?? '{}') as { name?: string };
      return { sub, email: sub, email_verified: true, name: user.name };
    },
  }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    deviceFlow: { enabled: true },
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: SETUP.resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: HOUR,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: {
    AccessToken: HOUR,
    AuthorizationCode: 60,
    ClientCredentials: HOUR,
    DeviceCode: 600,
    Grant: 24 * HOUR,
    IdToken: HOUR,
    Interaction: HOUR,
    RefreshToken: 24 * HOUR,
    Session: 24 * HOUR,
  },
};

const provider = new Provider(issuer, configuration);
const app = new Koa();
app.keys = provider.keys = [randomBytes(32).toString('base64url')];

app.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const details = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === 'GET') {
    ctx.body = { prompt: details.prompt.name, uid: details.uid };
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  const email = form.get('username') ?? '';
  const user = JSON.parse((await redis.get(`user:${email}`)) ?? '{}') as { hash?: string };
  if (user.hash === undefined || !(await verify(user.hash, form.get('password') ?? ''))) {
    ctx.status = 401;
    return;
  }
  ctx.respond = false;
  const login = { accountId: email, amr: ['pwd'], ts: Math.floor(Date.now() / 1000) };
  await provider.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false });
});
app.use(compose(provider.middleware as unknown as Koa.Middleware[]));

const passwordHash = await hash(SETUP.password, SETUP.argon2);
for (const email of SETUP.users) await redis.set(`user:${email}`, JSON.stringify({ name: email, hash: passwordHash }));
app.listen(Number(PORT), '127.0.0.1', () => process.send?.('ready'));
