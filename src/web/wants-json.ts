import type { Context } from 'koa';

/** Apps that draw their own screens ask for data; whoever does not say gets a page. */
export function wantsJson(ctx: Context): boolean {
  return ctx.accepts('html', 'json') === 'json';
}
