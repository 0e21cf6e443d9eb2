import Router from '@koa/router';
import type { Context } from 'koa';
import type { Form } from '../accounts/index.ts';
import type { Departures } from '../signin/index.ts';
import { arrivalOf } from './arrival.ts';
import { readForm } from './form.ts';
import type { Pages } from './pages.ts';

export interface FederationNeeds {
  departures: Departures;
  federation: {
    /** @returns false for a logout token that is not believed */
    endUpstream(provider: string, logoutToken: string): Promise<boolean>;
    /** Where somebody was going who signed out at a provider first; undefined for what we did not say. */
    signedOutUpstream(state: string): string | undefined;
    samlMetadata(): string;
  };
  throttle: (network: string) => Promise<void>;
  pages: Pages;
}

/** Bytes: a SAML response with its signatures and certificates. */
const LIMIT = 256 * 1024;

/**
 * Where every provider sends people back to. It may be a form of another site (Apple, SAML), with which no cookie of ours
 * comes: what was brought is left here, and the sign-in it names takes it up, in the browser that began it.
 */
export function federationRoutes({ departures, federation, throttle, pages }: FederationNeeds): Router {
  const router = new Router();

  async function receive(ctx: Context, brought: Form): Promise<void> {
    const { network, log } = arrivalOf(ctx);
    await throttle(network);
    // SAML calls it RelayState (Bindings 2.0 section 3.4.3).
    const arrived = await departures.arrived(brought.state ?? brought.RelayState ?? '', brought);
    ctx.set('cache-control', 'no-store');
    if (arrived) {
      ctx.status = 303;
      return ctx.redirect(`/interaction/${arrived.uid}/return?${new URLSearchParams({ ticket: arrived.ticket })}`);
    }
    log().info({}, 'somebody came back from a provider whom no sign-in awaits');
    pages.show(ctx, 'message', {}, { model: { kind: 'interaction_expired' } });
    ctx.status = 400;
  }

  router.get('/federation/callback', (ctx) => receive(ctx, { ...(Object.fromEntries(ctx.URL.searchParams) as Form) }));
  router.post('/federation/callback', async (ctx) => receive(ctx, await readForm(ctx, LIMIT)));
  // Back-Channel Logout 1.0 section 2.8: nothing is said about what was wrong, and nothing is kept.
  router.post('/federation/:provider/logout', async (ctx) => {
    await throttle(arrivalOf(ctx).network);
    const { logout_token: token = '' } = await readForm(ctx);
    const believed = await federation.endUpstream(String(ctx.params.provider), token);
    ctx.set('cache-control', 'no-store');
    ctx.status = believed ? 200 : 400;
    ctx.body = believed ? '' : { error: 'invalid_request' };
  });

  router.get('/federation/saml', (ctx) => {
    ctx.type = 'application/samlmetadata+xml';
    ctx.body = federation.samlMetadata();
  });

  router.get('/federation/signed-out', (ctx) => {
    const location = federation.signedOutUpstream(String(ctx.query.state ?? ''));
    if (location === undefined) return pages.show(ctx, 'logout/done', {}, {});
    ctx.status = 303;
    ctx.redirect(location);
  });
  return router;
}
