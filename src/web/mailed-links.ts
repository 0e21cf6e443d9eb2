import Router from '@koa/router';
import type { Context } from 'koa';
import type { ChangeContact, DeleteAccount, DisownChange, LinkOrigin } from '../accounts/index.ts';
import { arrivalOf } from './arrival.ts';
import type { Pages } from './pages.ts';

export interface MailedLinksNeeds {
  pages: Pages;
  disownChange: Pick<DisownChange, 'works' | 'disown'>;
  changeContact: Pick<ChangeContact, 'works' | 'undo'>;
  deletion: Pick<DeleteAccount, 'works' | 'keepByLink'>;
  throttle: (network: string) => Promise<void>;
}

/** What a link in a mail does. `view` asks, and is the first part of its address; `said` is the message afterwards. */
interface MailedLink {
  view: string;
  said: string;
  works(token: string): Promise<boolean>;
  follow(token: string, origin: LinkOrigin): Promise<boolean>;
}

/** Opening a link changes nothing (mail scanners open links, too), the button on its page does, once. */
export function mailedLinkRoutes({ pages, disownChange, changeContact, deletion, throttle }: MailedLinksNeeds): Router {
  const links: MailedLink[] = [
    { view: 'not-me', said: 'disowned', works: disownChange.works, follow: disownChange.disown },
    { view: 'undo', said: 'change_undone', works: changeContact.works, follow: changeContact.undo },
    { view: 'keep-account', said: 'account_kept', works: deletion.works, follow: deletion.keepByLink },
  ];
  const router = new Router();
  const actions = [{ label: 'sign_in', href: '/account' }];
  const expired = (ctx: Context) => {
    pages.show(ctx, 'message', {}, { model: { kind: 'mailed_link_expired', actions } });
    ctx.status = 400;
  };

  for (const { view, said, works, follow } of links) {
    router.get(`/${view}/:token`, async (ctx) => {
      if (!(await works(String(ctx.params.token)))) return expired(ctx);
      pages.show(ctx, view, {}, { action: () => ctx.path });
    });
    router.post(`/${view}/:token`, async (ctx) => {
      const { ip, network, userAgent } = arrivalOf(ctx);
      await throttle(network);
      if (!(await follow(String(ctx.params.token), { lang: pages.lang(ctx, {}), ip, userAgent }))) return expired(ctx);
      pages.show(ctx, 'message', {}, { model: { kind: said, actions } });
    });
  }
  return router;
}
