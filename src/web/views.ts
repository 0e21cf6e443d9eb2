import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { JsonObject } from '../base/index.ts';
import type { Assets } from './assets.ts';
import { type Brand, brandStyle } from './branding.ts';
import type { Languages, Params } from './languages.ts';
import { agoIn, momentIn, waitOf } from './times.ts';

/**
 * Something to say: a key of the language files, with what goes into its gaps. The first number is also `{{count}}`, which
 * chooses the plural; `seconds` is also `{{wait}}`, in words.
 */
export type Phrase = string | { key: string; params?: Params | undefined };

/** What every page is given. The views show it and decide nothing. */
export interface Page {
  /** A tag that `Languages.pick` answered. */
  lang: string;
  /** The app's own brand over the house's. */
  brand: Brand;
  /** The app the person came from; absent on pages that belong to none. */
  client?: { name: string; logo_uri?: string; uri?: string; policy_uri?: string; tos_uri?: string } | undefined;
  /** Where a form of this page is posted for a verb; every view's own question uses `submit`. */
  action: (verb: string) => string;
  /** Fields that every form of the page carries: the library's `xsrf`. */
  hidden?: Record<string, string> | undefined;
  /** Goes back to the app: a verb to post, or an address (with a `/`) to follow. */
  cancel?: string | undefined;
  /** The address that changes the language and comes back here; without it no choice is shown. */
  language?: ((tag: string) => string) | undefined;
  /** By field; '' is the form as a whole. Keys below `error.`; one that we have no words for becomes `error.value_invalid`. */
  errors?: Record<string, Phrase> | undefined;
  /** What was typed, by field. Never a password. */
  values?: Record<string, string> | undefined;
  /** Good news above the form: a key below `notice.`. */
  notice?: Phrase | undefined;
  /** Replaces the heading `<view>.title`. */
  title?: Phrase | undefined;
  /** What the view shows; each template opens with its shape. */
  model?: JsonObject | undefined;
}

export interface Views {
  /** @returns a whole HTML document. Nothing in it is inline script or style (CSP `script-src 'self'; style-src 'self'`). */
  render(view: string, page: Page): string;
  /**
   * Publishes the style sheet of a brand, as every instance must before another one's page links to it: when branding
   * is loaded, not when it is first shown. @returns warnings for the operator.
   */
  publish(brand: Brand): string[];
}

/** Stands for the element while its sentence is looked up; no text has it (Unicode, private use). */
const GAP = '\ue000';

/** @param directory of the templates (`<view>.eta`); each is compiled when it is first shown and kept. */
export function createViews(needs: { directory: URL; languages: Languages; assets: Assets }): Views {
  const { languages, assets } = needs;
  const eta = new Eta({ views: fileURLToPath(needs.directory), cache: true, autoEscape: true });
  const sheets = new WeakMap<Brand, { url: string | undefined; warnings: string[] }>();

  const sheetOf = (brand: Brand) => {
    const known = sheets.get(brand);
    if (known) return known;
    const { css, warnings } = brandStyle(brand);
    const sheet = { url: css ? assets.add('brand.css', css, 'text/css; charset=utf-8') : undefined, warnings };
    sheets.set(brand, sheet);
    return sheet;
  };

  return {
    publish: (brand) => sheetOf(brand).warnings,

    render(view, page) {
      const words = wordsOf(languages, page, view);
      return eta.render(view, {
        ...page,
        ...words,
        ...fieldsOf(page, words.phrase),
        view,
        model: page.model ?? {},
        dir: languages.dir(page.lang),
        languages: languages.names,
        asset: assets.url,
        styles: [assets.url('style.css'), sheetOf(page.brand).url].filter((url) => url !== undefined),
      });
    },
  };
}

/** The page's language, already chosen; every sentence may name the app as `{{client}}`. */
function wordsOf(languages: Languages, page: Page, view: string) {
  const { lang } = page;
  const named = page.client?.name ?? page.brand.title;
  const client = named ?? languages.t(lang, 'layout.your_account');
  const t = (key: string, params?: Params) => {
    // “your account” cannot stand everywhere that a name can: such a sentence has another beside it.
    const unnamed = `${key}_unnamed`;
    const said = named === undefined && languages.has(lang, unnamed) ? unnamed : key;
    return languages.t(lang, said, { client, ...params });
  };

  const phrase = (said: Phrase, group: string, otherwise: string) => {
    const { key, params = {} } = typeof said === 'string' ? { key: said } : said;
    const full = languages.has(lang, `${group}.${key}`) ? `${group}.${key}` : `${group}.${otherwise}`;
    const count = Object.values(params).find((value) => typeof value === 'number');
    const wait = waitOf(lang, params.seconds) ?? t('layout.a_few_minutes');
    return t(full, { wait, ...(count !== undefined && { count }), ...params });
  };

  return {
    client_name: named,
    t,
    phrase,
    heading: page.title === undefined ? t(`${view}.title`) : titleOf(page.title, t),
    has: (key: string) => languages.has(lang, key),
    /** A sentence cut at one gap, so that the template can put an element there. */
    around: (key: string, gap: string, params?: Params) => {
      const [before = '', after = ''] = t(key, { ...params, [gap]: GAP }).split(new RegExp(`\u2068?${GAP}\u2069?`));
      return { before, after };
    },
    /** A moment in words: how long ago it was, or is still to come. Both in seconds since the epoch. */
    ago: (at: number, now: number) => agoIn(lang, at - now),
    /** The moment itself. Where the reader is we don't know, so it is UTC and says so. */
    moment: (at: number) => momentIn(lang, at),
    /** @param code ISO 3166-1 alpha-2 */
    country: (code: string) => new Intl.DisplayNames([lang], { type: 'region' }).of(code) ?? code,
    /** Several things in one sentence. */
    listed: (names: readonly string[]) => new Intl.ListFormat(lang, { type: 'conjunction' }).format(names),
    /** One of several. */
    either: (names: readonly string[]) => new Intl.ListFormat(lang, { type: 'disjunction' }).format(names),
    /** A text the operator wrote: one for all languages, or one for each. */
    local: (text: string | Record<string, string>) =>
      typeof text === 'string' ? text : (text[lang] ?? text[lang.split('-', 1)[0] ?? ''] ?? text.en ?? ''),
  };
}

function titleOf(title: Phrase, t: (key: string, params?: Params) => string): string {
  return typeof title === 'string' ? t(title) : t(title.key, title.params);
}

/** What fields ask of the page: what was typed, what is wrong with it, and who gets the focus. */
function fieldsOf(page: Page, phrase: (said: Phrase, group: string, otherwise: string) => string) {
  const errors = Object.entries(page.errors ?? {}).map(
    ([name, said]) => [name, phrase(said, 'error', 'value_invalid')] as const,
  );
  const byField = new Map(errors);
  const wrongFields = errors.some(([name]) => name !== '');
  let taken = false;

  return {
    error: (name: string) => byField.get(name),
    firstError: errors[0]?.[1],
    value: (name: string) => page.values?.[name] ?? '',
    /** The same, told apart from what was not asked: undefined when the field was not posted. */
    typed: (name: string) => page.values?.[name],
    /** True once a page: for the first field that is wrong, or, when none is, for the first that wants it. */
    focus(name: string, wanted = false) {
      if (taken || !(wrongFields ? byField.has(name) : wanted)) return false;
      taken = true;
      return true;
    },
  };
}
