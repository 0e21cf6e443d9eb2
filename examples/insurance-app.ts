/**
 * A small insurer's web app that signs people in with OpenID Connect: the same program is Auto and Home Insurance.
 *
 *     node examples/insurance-app.ts ISSUER CLIENT_ID PORT [NAME]      (CLIENT_SECRET in the environment, if it has one)
 */
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import * as client from 'openid-client';
import { apiToken, fileClaim, forApi } from './claims-desk.ts';
import { problemPage, signedInPage, signedOutPage } from './insurance-pages.ts';
import { createSessions, type Pending, type Session } from './insurance-sessions.ts';
import { createLogoutTokenCheck } from './logout-token.ts';
import { discoverProvider } from './provider.ts';
import { readForm } from './read-form.ts';
import { styleSheet } from './style.ts';

interface InsuranceApp {
  name: string;
  /** 0 for any free one. */
  port: number;
  issuer: string;
  clientId: string;
  clientSecret?: string;
  /** Where claims are filed; without it the app has no such button. */
  claimsApi?: string;
  /** CSS colour of the head and of buttons; white text is written on it. */
  colour?: string;
  log?: (line: string) => void;
}

const HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** Starts the app on localhost. @returns its address, and how to stop it */
export async function startInsuranceApp(options: InsuranceApp): Promise<{ url: string; close: () => Promise<void> }> {
  const { name, port, issuer, clientId, clientSecret, claimsApi, colour = '#1d5fa8', log = () => {} } = options;
  const look = { name };
  const sessions = createSessions();
  const app = new Koa();
  const router = new Router();
  let url = '';

  // The provider may start after the app: it is looked up when first needed, and again after a failure.
  let found: ReturnType<typeof connect> | undefined;
  async function connect() {
    const config = await discoverProvider({ issuer, clientId, clientSecret });
    const jwksUri = config.serverMetadata().jwks_uri ?? '';
    return { config, checkLogoutToken: createLogoutTokenCheck({ issuer, clientId, jwksUri }) };
  }
  function provider() {
    found ??= connect().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  }

  // Cookies do not know ports: on localhost each app needs a name of its own.
  const cookie = (): string => `app-${new URL(url).port}`;
  const sessionOf = (ctx: Koa.Context): Session | undefined => sessions.find(ctx.cookies.get(cookie()));
  function newSession(ctx: Koa.Context): Session {
    const old = ctx.cookies.get(cookie());
    if (old !== undefined) sessions.remove(old);
    const session = sessions.create();
    ctx.cookies.set(cookie(), session.id, { httpOnly: true, sameSite: 'lax', overwrite: true });
    return session;
  }

  async function toProvider(
    ctx: Koa.Context,
    extra: Record<string, string> = {},
    about: Pick<Pending, 'claim'> = {},
  ): Promise<void> {
    const { config } = await provider();
    const [codeVerifier, nonce, state] = [client.randomPKCECodeVerifier(), client.randomNonce(), client.randomState()];
    const session = sessionOf(ctx) ?? newSession(ctx);
    session.pending.set(state, { codeVerifier, nonce, ...about });
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: `${url}/callback`,
      scope: 'openid profile email offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...extra,
    });
    ctx.redirect(address.href);
  }

  router.get('/style.css', (ctx) => {
    ctx.type = 'css';
    ctx.body = styleSheet(colour);
  });

  router.get('/', (ctx) => {
    const session = sessionOf(ctx);
    const { notice, result } = session ?? {};
    delete session?.notice;
    delete session?.result;
    ctx.body = session?.user
      ? signedInPage(look, { ...session.user, ...abilities(session.user), ...(result && { result }) })
      : signedOutPage(look, notice);
  });

  router.get('/sign-in', (ctx) => toProvider(ctx));
  // Initiating User Registration via OpenID Connect 1.0: straight to registration.
  router.get('/sign-up', (ctx) => toProvider(ctx, { prompt: 'create' }));

  router.get('/callback', async (ctx) => {
    const state = typeof ctx.query.state === 'string' ? ctx.query.state : '';
    const before = sessionOf(ctx);
    const pending = before?.pending.get(state);
    if (pending === undefined) {
      ctx.status = 400;
      ctx.body = problemPage(look, {
        title: 'This sign-in has expired',
        reason: 'It was begun in another browser, or is already done.',
      });
      return;
    }
    before?.pending.delete(state);
    const { config } = await provider();
    if (pending.claim && claimsApi !== undefined && before?.user) return finishClaim(ctx, config, pending, state);
    const tokens = await client.authorizationCodeGrant(config, new URL(ctx.url, url), {
      pkceCodeVerifier: pending.codeVerifier,
      expectedState: state,
      expectedNonce: pending.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined || tokens.id_token === undefined) throw new Error('The answer has no ID token.');
    const { name: fullName, given_name, email } = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    const session = newSession(ctx);
    session.user = {
      who: fullName || given_name || email || claims.sub,
      claims,
      idToken: tokens.id_token,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
    };
    log(`${name}: ${claims.sub} signed in`);
    ctx.redirect('/');
  });

  /** With a token of the API: the claim is filed, or the person is sent to prove what the API wants (RFC 9470). */
  async function finishClaim(ctx: Koa.Context, config: client.Configuration, pending: Pending, state: string) {
    const session = sessionOf(ctx);
    const user = session?.user;
    if (!session || !user || claimsApi === undefined) return ctx.redirect('/');
    const checks = { pkceCodeVerifier: pending.codeVerifier, expectedState: state, expectedNonce: pending.nonce };
    const tokens = await apiToken(config, new URL(ctx.url, url), claimsApi, checks);
    const answer = await fileClaim(claimsApi, tokens.access_token);
    if ('wants' in answer && pending.claim === 'first') {
      return toProvider(ctx, { ...forApi(claimsApi), ...answer.wants }, { claim: 'asked' });
    }
    user.claims = { ...user.claims, ...tokens.claims() };
    session.result = { title: 'What the claims API answers', json: 'wants' in answer ? answer.wants : answer.json };
    ctx.redirect('/');
  }

  const abilities = (user: NonNullable<Session['user']>) => ({
    canRefresh: user.refreshToken !== undefined,
    canClaim: claimsApi !== undefined,
    account: `${issuer}/account`,
  });

  router.post('/file-claim', async (ctx) => {
    if (sessionOf(ctx)?.user === undefined || claimsApi === undefined) return ctx.redirect('/');
    await toProvider(ctx, forApi(claimsApi), { claim: 'first' });
  });

  router.post('/call-api', async (ctx) => {
    const user = sessionOf(ctx)?.user;
    if (user === undefined) return ctx.redirect('/');
    const { config } = await provider();
    const json = await client.fetchUserInfo(config, user.accessToken, user.claims.sub);
    const result = { title: 'What the userinfo endpoint answers', json };
    ctx.body = signedInPage(look, { ...user, ...abilities(user), result });
  });

  router.post('/refresh', async (ctx) => {
    const user = sessionOf(ctx)?.user;
    if (user?.refreshToken === undefined) return ctx.redirect('/');
    const { config } = await provider();
    const tokens = await client.refreshTokenGrant(config, user.refreshToken);
    user.accessToken = tokens.access_token;
    user.refreshToken = tokens.refresh_token ?? user.refreshToken;
    user.idToken = tokens.id_token ?? user.idToken;
    user.claims = { ...user.claims, ...tokens.claims() };
    const json = { token_type: tokens.token_type, expires_in: tokens.expires_in, scope: tokens.scope };
    const result = { title: 'New tokens', json };
    ctx.body = signedInPage(look, { ...user, ...abilities(user), result });
  });

  router.post('/sign-out', async (ctx) => {
    const user = sessionOf(ctx)?.user;
    newSession(ctx);
    if (user === undefined) return ctx.redirect('/');
    const { config } = await provider();
    const address = client.buildEndSessionUrl(config, {
      id_token_hint: user.idToken,
      post_logout_redirect_uri: `${url}/signed-out`,
    });
    ctx.redirect(address.href);
  });

  router.get('/signed-out', (ctx) => {
    newSession(ctx).notice = 'You are signed out.';
    ctx.redirect('/');
  });

  router.post('/backchannel-logout', async (ctx) => {
    const token = (await readForm(ctx.req)).get('logout_token') ?? '';
    const { checkLogoutToken } = await provider();
    try {
      const ended = sessions.endSignedIn(await checkLogoutToken(token));
      log(`${name}: the provider ended ${ended} session(s)`);
      ctx.status = 200;
    } catch (error) {
      log(`${name}: refused a logout token: ${String(error)}`);
      ctx.status = 400;
      ctx.body = { error: 'invalid_request' };
    }
  });

  app.use(async (ctx, next) => {
    ctx.set(HEADERS);
    try {
      await next();
    } catch (error) {
      log(`${name}: ${ctx.method} ${ctx.path}: ${String(error)}`);
      const { status, ...problem } = explain(error);
      ctx.status = status;
      ctx.body = problemPage(look, problem);
    }
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

/** What a person is told when the provider said no, or said nothing. */
function explain(error: unknown): { status: number; title: string; reason: string; code?: string } {
  if (error instanceof client.AuthorizationResponseError) {
    const refused = error.error === 'access_denied';
    const title = refused ? 'You are not signed in' : 'The sign-in did not finish';
    const reason =
      error.error_description ?? (refused ? 'The sign-in was cancelled or refused.' : 'You can try it again.');
    return { status: 200, title, reason, code: error.error };
  }
  if (error instanceof client.ResponseBodyError || error instanceof client.WWWAuthenticateChallengeError) {
    const code = error instanceof client.ResponseBodyError ? error.error : 'invalid_token';
    return { status: 200, title: 'Sign in again', reason: 'Your sign-in is no longer valid.', code };
  }
  const reason = 'The sign-in service does not answer as expected just now. Nothing is lost; try again in a moment.';
  return { status: 503, title: 'A short break', reason };
}

if (import.meta.main) {
  const [issuer, clientId, port, name = 'Insurance'] = process.argv.slice(2);
  if (issuer === undefined || clientId === undefined || port === undefined) {
    console.error('Usage: node examples/insurance-app.ts ISSUER CLIENT_ID PORT [NAME]');
    process.exit(64);
  }
  const clientSecret = process.env.CLIENT_SECRET;
  const secret = clientSecret === undefined ? {} : { clientSecret };
  const { url } = await startInsuranceApp({ name, port: Number(port), issuer, clientId, log: console.log, ...secret });
  console.log(`${name} is at ${url}`);
}
