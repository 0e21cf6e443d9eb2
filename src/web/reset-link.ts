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
    const min = { key: errors.new_password ?? '', params: { count: minPasswordLength() } };
    pages.show(
      ctx,
      'sign-in/new-password',
      {},
      {
        action: () => ctx.path,
        errors: errors.new_password === undefined ? errors : { new_password: min },
        model: { identifier: '', min_length: minPasswordLength() },
      },
    );
  };

  router.get('/reset/:token', (ctx) => ask(ctx));
  router.post('/reset/:token', async (ctx) => {
    const { new_password: password = '' } = await readForm(ctx);
    const result = await resetByLink(String(ctx.params.token), password, arrivalOf(ctx).network);
    if (!result.ok) return ask(ctx, { [result.field]: result.error });
    pages.show(ctx, 'message', {}, { model: { kind: 'password_changed' } });
  });
  return router;
}
