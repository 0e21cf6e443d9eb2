import Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import type { Log } from '../base/index.ts';
import { type AccountNeeds, accountRoutes } from './account.ts';
import { type ArrivalNeeds, arrival } from './arrival.ts';
import type { Assets } from './assets.ts';
import { failures } from './failures.ts';
import { type FederationNeeds, federationRoutes } from './federation.ts';
import { securityHeaders } from './headers.ts';
import { type HealthNeeds, healthRoutes } from './health.ts';
import { type InteractionNeeds, interactionRoutes } from './interaction.ts';
import { chooseLanguage } from './language.ts';
import type { Languages } from './languages.ts';
import { type MailedLinksNeeds, mailedLinkRoutes } from './mailed-links.ts';
import { type RelatedOriginsNeeds, relatedOriginRoutes } from './related-origins.ts';
import { type ResetLinkNeeds, resetLinkRoutes } from './reset-link.ts';
import { sameOrigin } from './same-origin.ts';

export interface WebNeeds
  extends ArrivalNeeds,
    HealthNeeds,
    InteractionNeeds,
    ResetLinkNeeds,
    MailedLinksNeeds,
    AccountNeeds,
    FederationNeeds,
    RelatedOriginsNeeds {
  assets: Assets;
  languages: Languages;
  /** The OpenID provider; it answers whatever is left. */
  provider: Middleware;
  /** Signs the cookies that it and our pages share; newest first. */
  cookieKeys: string[];
  log: Log;
}

/** The whole of HTTP, outermost first. */
export function createWebApp(needs: WebNeeds): Koa {
  const app = new Koa();
  app.keys = needs.cookieKeys;
  // What proxies say has been replaced by what the issuer says when this is read; see the arrival.
  app.proxy = true;
  app.on('error', (error: Error) => needs.log.warn({ err: error }, 'an answer broke off'));

  const own = new Router();
  own.get('/language', (ctx) => chooseLanguage(ctx, needs.languages));
  own.get('/assets/:name', (ctx) => {
    const asset = needs.assets.find(ctx.path);
    if (!asset) return;
    ctx.set({ 'cache-control': 'public, max-age=31536000, immutable', etag: asset.etag, vary: 'accept-encoding' });
    ctx.type = asset.type;
    ctx.status = 200;
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    const packing = ctx.acceptsEncodings('br', 'gzip', 'identity');
    const packed = packing === 'br' || packing === 'gzip' ? asset.packed[packing] : undefined;
    if (packed) ctx.set('content-encoding', String(packing));
    ctx.body = packed ?? asset.body;
  });

  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      ctx.status = 400;
      ctx.body = 'Bad request';
      needs.log.info({ cause: (error as Error).message }, 'refused at the door');
    }
  });
  app.use(securityHeaders(needs));
  app.use(arrival(needs));
  app.use(failures({ pages: () => needs.pages }));
  const open = [healthRoutes(needs), relatedOriginRoutes(needs), federationRoutes(needs), own];
  for (const router of open) app.use(router.routes());
  const posted = [interactionRoutes(needs), resetLinkRoutes(needs), mailedLinkRoutes(needs), accountRoutes(needs)];
  for (const router of posted) app.use(onlyFor(router, sameOrigin(needs)));
  app.use(needs.provider);
  return app;
}

function onlyFor(router: Router, guard: Middleware): Middleware {
  const routes = router.routes() as unknown as Middleware;
  return (ctx, next) => {
    const matched = router.match(ctx.path, ctx.method).route;
    return matched ? guard(ctx, () => routes(ctx, next)) : next();
  };
}
