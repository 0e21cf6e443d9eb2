import type { Context } from 'koa';
import * as client from 'openid-client';
import type { Pending, Result, Session } from './insurance-sessions.ts';
import { refusalInWords } from './refusal.ts';

interface ClaimsDeskNeeds {
  /** The claims API's address, which is its resource indicator as well (RFC 8707). */
  api: string;
  config: () => Promise<client.Configuration>;
  /** Sends the browser to the authorization endpoint with these parameters besides the usual ones. */
  askProvider: (ctx: Context, parameters: Record<string, string>, about: Pick<Pending, 'claim'>) => Promise<void>;
  /** The tokens for the code that the browser came back with. */
  exchange: (
    ctx: Context,
    pending: Pending,
    parameters: Record<string, string>,
  ) => ReturnType<typeof client.authorizationCodeGrant>;
}

type Wanted = { acr_values?: string; max_age?: string };

const NOT_FILED = 'No claim was filed';

/** Where claims are filed: with a token of the API, and with whatever it wants of the sign-in first (RFC 9470). */
export function createClaimsDesk({ api, config, askProvider, exchange }: ClaimsDeskNeeds) {
  const askForToken = (ctx: Context, claim: 'first' | 'asked', wanted: Wanted = {}) =>
    askProvider(ctx, { resource: api, scope: 'openid claims:read claims:write', ...wanted }, { claim });

  /** What the API answers, or what it wants first, as parameters of the authorization request (RFC 9470 section 4). */
  async function file(accessToken: string): Promise<{ claim: unknown } | { wanted: Wanted }> {
    try {
      const answer = await client.fetchProtectedResource(await config(), accessToken, new URL('/claims', api), 'POST');
      return { claim: await answer.json() };
    } catch (error) {
      if (!(error instanceof client.WWWAuthenticateChallengeError)) throw error;
      const { error: code, acr_values, max_age } = error.cause[0]?.parameters ?? {};
      if (code !== 'insufficient_user_authentication') throw error;
      return { wanted: { ...(acr_values && { acr_values }), ...(max_age && { max_age }) } };
    }
  }

  /** @returns nothing when the browser is on its way to prove more */
  async function fileOrAsk(ctx: Context, { user }: Session, pending: Pending): Promise<Result | undefined> {
    const tokens = await exchange(ctx, pending, { resource: api });
    const claims = tokens.claims();
    if (user === undefined || claims?.sub !== user.claims.sub)
      return { title: NOT_FILED, text: 'Somebody else signed in on the way.' };
    user.claims = { ...user.claims, ...claims };
    const answer = await file(tokens.access_token);
    if ('claim' in answer) return { title: 'Your claim is filed', json: answer.claim };
    if (pending.claim === 'first') return void (await askForToken(ctx, 'asked', answer.wanted));
    // It has been asked for, and this is what came: asking again would go round in circles.
    return { title: NOT_FILED, text: 'It takes more proof that it’s you than was given.', json: answer.wanted };
  }

  return {
    begin: (ctx: Context) => askForToken(ctx, 'first'),

    /** Back from the provider. Who is signed in stays so, whatever comes of the claim. */
    async finish(ctx: Context, session: Session, pending: Pending): Promise<void> {
      const result = await fileOrAsk(ctx, session, pending).catch((error: unknown) => {
        if (!(error instanceof client.AuthorizationResponseError)) throw error;
        return { title: NOT_FILED, text: refusalInWords(error), json: { error: error.error } };
      });
      if (!result) return;
      session.result = result;
      ctx.redirect('/');
    },
  };
}
