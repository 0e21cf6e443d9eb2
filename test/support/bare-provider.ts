import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import compose from 'koa-compose';
import { type ClientMetadata, Provider } from 'oidc-provider';
import { readForm } from '../../examples/read-form.ts';

/**
 * A bare provider in this process, to test relying parties apart from the server: whoever is typed is signed in, and
 * the name 'nobody' is refused.
 */
export async function startBareProvider(
  clients: ClientMetadata[],
): Promise<{ issuer: string; close(): Promise<void> }> {
  const app = new Koa();
  // The issuer has to be known before the provider is made, and the app listens with what it has by then.
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients,
    cookies: { keys: [randomBytes(24).toString('hex')] },
    claims: { openid: ['sub', 'sid'], profile: ['name'], email: ['email'] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
    },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: `Name of ${sub}`, email: `${sub}@example.com` }),
    }),
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    // Loopback is refused by the library's own fetch; here everything is on it.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    async loadExistingGrant(ctx) {
      const accountId = ctx.oidc.session?.accountId;
      const clientId = ctx.oidc.client?.clientId;
      if (accountId === undefined || clientId === undefined) return undefined;
      const grant = new ctx.oidc.provider.Grant({ accountId, clientId });
      grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '));
      await grant.save();
      return grant;
    },
  });
  app.keys = provider.keys = [randomBytes(24).toString('hex')];
  app.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    if (ctx.method === 'GET') {
      ctx.type = 'html';
      ctx.body = '<form method="post"><input name="login" autocomplete="username"><button>Go on</button></form>';
      return;
    }
    const accountId = (await readForm(ctx.req)).get('login') ?? '';
    const refused = { error: 'access_denied', error_description: 'Not you.' };
    ctx.respond = false;
    await provider.interactionFinished(ctx.req, ctx.res, accountId === 'nobody' ? refused : { login: { accountId } });
  });
  app.use(compose(provider.middleware as unknown as Koa.Middleware[]));
  server.on('request', app.callback());
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
