import Router from '@koa/router';
import type { Context } from 'koa';
import type { DisownChange } from '../accounts/index.ts';
import { arrivalOf } from './arrival.ts';
import type { Pages } from './pages.ts';

export interface NotMeNeeds {
  pages: Pages;
  disownChange: Pick<DisownChange, 'works' | 'disown'>;
  throttle: (network: string) => Promise<void>;
}

/** "This was not me": opening the link changes nothing (mail scanners open links, too), the button on its page does. */
export function notMeRoutes({ pages, disownChange, throttle }: NotMeNeeds): Router {
  const router = new Router();
  const expired = (ctx: Context) => {
    pages.show(ctx, 'message', {}, { model: { kind: 'link_expired' } });
    ctx.status = 400;
  };

  router.get('/not-me/:token', async (ctx) => {
    if (!(await disownChange.works(String(ctx.params.token)))) return expired(ctx);
    pages.show(ctx, 'not-me', {}, { action: () => ctx.path });
  });
  router.post('/not-me/:token', async (ctx) => {
    await throttle(arrivalOf(ctx).network);
    if (!(await disownChange.disown(String(ctx.params.token)))) return expired(ctx);
    pages.show(ctx, 'message', {}, { model: { kind: 'disowned' } });
  });
  return router;
}
