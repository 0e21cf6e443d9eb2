import Router from '@koa/router';
import type { Context } from 'koa';
import { readForm } from './form.ts';
import type { Pages } from './pages.ts';

export interface ResetLinkNeeds {
  pages: Pages;
  minPasswordLength: number;
  /** Uses the link up and sets the password; or says what is wrong, by language key. */
  resetByLink: (
    token: string,
    password: string,
  ) => Promise<{ ok: true } | { ok: false; field: 'new_password' | ''; error: string }>;
}

/**
 * The link of a forgotten password, for people who read their mail elsewhere. Opening it uses nothing up (mail scanners
 * open links, too); the token travels in the fragmentless path and is answered with `no-referrer` like everything here.
 */
export function resetLinkRoutes({ pages, minPasswordLength, resetByLink }: ResetLinkNeeds): Router {
  const router = new Router();
  const ask = (ctx: Context, errors: Record<string, string> = {}) => {
    const min = { key: errors.new_password ?? '', params: { count: minPasswordLength } };
    pages.show(
      ctx,
      'sign-in/new-password',
      {},
      {
        action: () => ctx.path,
        errors: errors.new_password === undefined ? errors : { new_password: min },
        model: { identifier: '', min_length: minPasswordLength },
      },
    );
  };

  router.get('/reset/:token', (ctx) => ask(ctx));
  router.post('/reset/:token', async (ctx) => {
    const { new_password: password = '' } = await readForm(ctx);
    const result = await resetByLink(String(ctx.params.token), password);
    if (!result.ok) return ask(ctx, { [result.field]: result.error });
    pages.show(ctx, 'message', {}, { model: { kind: 'password_changed' } });
  });
  return router;
}
