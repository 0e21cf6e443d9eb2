import type { Context } from 'koa';
import type { ClientDemands } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Interaction } from '../oidc/index.ts';
import type { Brand } from './branding.ts';
import { formsMayReach } from './headers.ts';
import { languageOf } from './language.ts';
import type { Languages } from './languages.ts';
import type { Page, Views } from './views.ts';

/** How an app shows itself; and where a person can be sent back to it. */
export interface AppFace {
  demands: ClientDemands;
  brand: Brand;
  logo_uri?: string;
  uri?: string;
  policy_uri?: string;
  tos_uri?: string;
}

export interface Faces {
  /** Undefined for an app that is gone. */
  app(clientId: string): AppFace | undefined;
  /** The operator's own, where no app is. */
  house(): Brand;
}

export interface PagesNeeds {
  views: Views;
  languages: Languages;
  faces: Faces;
}

/** What a page is about: the app and the request it came with. */
export interface About {
  clientId?: string | undefined;
  uiLocales?: string | undefined;
  /** Where forms of this page may lead, besides here. */
  reach?: readonly string[];
}

export interface Pages {
  /** Sets the answer to a page. */
  show(ctx: Context, view: string, about: About, page: Partial<Page>): void;
  lang(ctx: Context, about: About): string;
}

export function createPages({ views, languages, faces }: PagesNeeds): Pages {
  const lang = (ctx: Context, { uiLocales }: About) => languageOf(ctx, languages, uiLocales);

  return {
    lang,
    show(ctx, view, about, page) {
      const app = about.clientId === undefined ? undefined : faces.app(about.clientId);
      const check = page.model?.bot_check as { provider?: string } | undefined;
      formsMayReach(ctx, about.reach ?? [], check?.provider);
      ctx.set('cache-control', 'no-store');
      ctx.type = 'html';
      ctx.body = views.render(view, {
        lang: lang(ctx, about),
        brand: app?.brand ?? faces.house(),
        client: app && app.demands.name !== '' ? clientOf(app) : undefined,
        action: (verb) => verb,
        language: (tag) => `/language?${new URLSearchParams({ tag, back: ctx.path })}`,
        ...page,
      });
    },
  };
}

function clientOf({ demands, logo_uri, uri, policy_uri, tos_uri }: AppFace): NonNullable<Page['client']> {
  const known = Object.entries({ logo_uri, uri, policy_uri, tos_uri }).filter(([, value]) => value !== undefined);
  return { name: demands.name, ...Object.fromEntries(known) };
}

/** What a page of an interaction is about. */
export function aboutInteraction({ clientId, params }: Interaction): About {
  const { redirect_uri: redirectUri, ui_locales: uiLocales } = params as JsonObject;
  return {
    clientId,
    uiLocales: typeof uiLocales === 'string' ? uiLocales : undefined,
    reach: typeof redirectUri === 'string' ? [redirectUri] : [],
  };
}
