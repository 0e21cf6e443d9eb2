import Router from '@koa/router';
import type { Context } from 'koa';
import type { ResetByLink } from '../signin/index.ts';
import { arrivalOf } from './arrival.ts';
import { readForm } from './form.ts';
import type { Pages } from './pages.ts';

export interface ResetLinkNeeds {
  pages: Pages;
  minPasswordLength: () => number;
  resetByLink: ResetByLink;
}

/**
 * The link of a forgotten password, for people who read their mail elsewhere. Opening it uses nothing up (mail scanners
 * open links, too); like every page here it sends no referrer, so the token goes nowhere else.
 */
export function resetLinkRoutes({ pages, minPasswordLength, resetByLink }: ResetLinkNeeds): Router {
  const router = new Router();
  const ask = (ctx: Context, errors: Record<string, string> = {}) => {
    const key = errors.new_password ?? '';
    const problem = { key, params: { count: key === 'password_too_long' ? 128 : minPasswordLength() } };
    pages.show(
      ctx,
      'sign-in/new-password',
      {},
      {
        action: () => ctx.path,
        errors: errors.new_password === undefined ? errors : { new_password: problem },
        model: { min_length: minPasswordLength() },
      },
    );
  };

  router.get('/reset/:token', (ctx) => ask(ctx));
  router.post('/reset/:token', async (ctx) => {
    const { new_password: password = '' } = await readForm(ctx);
    const { ip, network, userAgent } = arrivalOf(ctx);
    const from = { lang: pages.lang(ctx, {}), ip, network, userAgent };
    const result = await resetByLink(String(ctx.params.token), password, from);
    if (!result.ok && result.field !== '') return ask(ctx, { [result.field]: result.error });
    pages.show(ctx, 'message', {}, { model: { kind: result.ok ? 'password_changed' : 'link_expired' } });
    ctx.status = result.ok ? 200 : 400;
  });
  return router;
}
