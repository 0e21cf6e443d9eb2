import Router from '@koa/router';

export interface RelatedOriginsNeeds {
  issuer: string;
  /** Where else our keys may be used, as the operator has set it at this moment. */
  relatedOrigins: () => readonly string[];
}

/** Tells browsers on which other sites keys of this one may be used (WebAuthn section 5.11). Apps have files of their own. */
export function relatedOriginRoutes({ issuer, relatedOrigins }: RelatedOriginsNeeds): Router {
  const router = new Router();
  router.get('/.well-known/webauthn', (ctx, next) => {
    const sites = relatedOrigins().filter((one) => one.startsWith('http'));
    if (sites.length === 0) return next();
    ctx.set('cache-control', 'public, max-age=300');
    ctx.body = { origins: [new URL(issuer).origin, ...sites] };
  });
  return router;
}
