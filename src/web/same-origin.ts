import type { Context, Middleware, Next } from 'koa';
import { AppError } from '../base/index.ts';

/**
 * Cross-site request forgery, for our own pages: what a browser says about where a request comes from decides
 * (`Sec-Fetch-Site`, or `Origin` where that is missing). Programs send neither and bring no cookies they did not mean to.
 */
export function sameOrigin({ issuer }: { issuer: string }): Middleware {
  const { origin } = new URL(issuer);
  return async (ctx: Context, next: Next) => {
    if (ctx.method === 'POST' && comesFromElsewhere(ctx, origin)) {
      throw new AppError(
        'forbidden',
        403,
        `a form was posted from another site to ${ctx.path.split('/', 2).join('/')}`,
      );
    }
    await next();
  };
}

function comesFromElsewhere(ctx: Context, origin: string): boolean {
  const site = ctx.get('sec-fetch-site');
  if (site !== '') return site !== 'same-origin';
  const from = ctx.get('origin');
  return from !== '' && from !== origin;
}
