import type { Context } from 'koa';
import type { Languages } from './languages.ts';

const COOKIE = 'language';
const YEAR = 365 * 24 * 3600 * 1000;

/** The person's own choice, then what the app asked for, then what the browser prefers. @param wanted `ui_locales` */
export function languageOf(ctx: Context, languages: Languages, wanted: string | undefined): string {
  const chosen = ctx.cookies.get(COOKIE, { signed: false });
  const preferred = ctx.acceptsLanguages();
  return languages.pick([...(chosen ? [chosen] : []), ...(wanted?.split(' ') ?? []), ...preferred]);
}

/** Keeps a choice and goes back to the page it was made on: a path here, never an address elsewhere. */
export function chooseLanguage(ctx: Context, languages: Languages): void {
  const { tag, back } = ctx.query;
  if (typeof tag === 'string' && languages.names.some((language) => language.tag === tag)) keep(ctx, tag);
  ctx.status = 303;
  ctx.redirect(typeof back === 'string' && /^\/(?![/\\])/.test(back) ? back : '/');
}

/** What somebody says is their language is what pages speak to them, as far as there are words. @param locale BCP 47 */
export function keepLanguage(ctx: Context, languages: Languages, locale = ''): void {
  const tag = languages.pick([locale]);
  // Without a language of ours, English was picked.
  const primary = (text: string) => text.toLowerCase().split('-', 1)[0];
  if (primary(tag) === primary(locale.trim())) keep(ctx, tag);
}

function keep(ctx: Context, tag: string): void {
  ctx.cookies.set(COOKIE, tag, { maxAge: YEAR, httpOnly: true, sameSite: 'lax', secure: ctx.secure, signed: false });
}
