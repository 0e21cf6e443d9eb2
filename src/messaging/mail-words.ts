import { readdirSync, readFileSync } from 'node:fs';
import i18next, { type Resource } from 'i18next';

type Params = Record<string, string | number>;

/** What mails say, in every language it has a file for. */
export interface MailWords {
  /** The tag itself, or its nearest shorter form that there is a file for; else English. */
  nearest(tag: string): string;
  /** Plain text. `count` chooses the plural. */
  t(lang: string, key: string, params?: Params): string;
  dir(lang: string): 'ltr' | 'rtl';
  /** Text of another script that is not to reorder what stands around it (UAX 9, first strong isolate). */
  isolated(lang: string, text: string): string;
}

const FALLBACK = 'en';

/** @param directory holds one file a language, `<tag>.json`. */
export function createMailWords({ directory }: { directory: URL }): MailWords {
  const resources: Resource = {};
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
    const translation = JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
    resources[file.slice(0, -'.json'.length)] = { translation };
  }
  const i18n = i18next.createInstance();
  i18n.init({
    resources,
    fallbackLng: FALLBACK,
    initAsync: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  const dir = (lang: string) => (i18n.t('dir', { lng: lang }) === 'rtl' ? 'rtl' : 'ltr');

  return {
    dir,
    isolated: (lang, text) => (dir(lang) === 'rtl' ? `\u2068${text}\u2069` : text),
    nearest(tag) {
      for (const subtags = tag.toLowerCase().split('-'); subtags.length > 0; subtags.pop()) {
        const known = Object.keys(resources).find((one) => one.toLowerCase() === subtags.join('-'));
        if (known) return known;
      }
      return FALLBACK;
    },
    t: (lang, key, params = {}) => i18n.t(key, { lng: lang, ...params }),
  };
}
