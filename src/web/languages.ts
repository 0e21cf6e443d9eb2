import { readdirSync, readFileSync } from 'node:fs';
import i18next, { type Resource } from 'i18next';

export type Params = Record<string, string | number>;

/** Everything the product says to people, in every language it has a file for. */
export interface Languages {
  /** Each language by its tag (BCP 47) and its name in itself, for a list to choose from. */
  names: { tag: string; name: string }[];
  /** The first wanted tag we have, exactly or by its shorter forms (RFC 4647 section 3.4); English when there is none. */
  pick(wanted: readonly string[]): string;
  /** Plain text, to be escaped where it is shown. A key that is nowhere comes back as it is. `count` chooses the plural. */
  t(lang: string, key: string, params?: Params): string;
  has(lang: string, key: string): boolean;
  dir(lang: string): 'ltr' | 'rtl';
}

const FALLBACK = 'en';

/** @param directory holds one file a language, `<tag>.json`; adding a language is adding its file. */
export function createLanguages({ directory }: { directory: URL }): Languages {
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
  const tags = Object.keys(resources).sort();
  const byLowerCase = new Map(tags.map((tag) => [tag.toLowerCase(), tag]));
  const rightToLeft = new Set(tags.filter((tag) => i18n.t('language.dir', { lng: tag }) === 'rtl'));
  const dir = (lang: string) => (rightToLeft.has(lang) ? 'rtl' : 'ltr');
  /** Sentences without gaps are the same for everybody: looked up once. Holds no more than the files do. */
  const whole = new Map<string, string>();

  return {
    names: tags.map((tag) => ({ tag, name: i18n.t('language.name', { lng: tag }) })),
    dir,
    has: (lang, key) => i18n.exists(key, { lng: lang }) || i18n.exists(`${key}_other`, { lng: lang }),

    pick(wanted) {
      for (const range of wanted) {
        const subtags = range.toLowerCase().split('-');
        for (; subtags.length > 0; subtags.pop()) {
          const tag = byLowerCase.get(subtags.join('-'));
          if (tag) return tag;
        }
      }
      return FALLBACK;
    },

    t(lang, key, params = {}) {
      const place = `${lang} ${key}`;
      const kept = whole.get(place);
      if (kept !== undefined) return kept;
      const raw = i18n.getResource(lang, 'translation', key);
      if (typeof raw === 'string' && !/\{\{|\$t/.test(raw)) whole.set(place, raw);
      const replace = dir(lang) === 'rtl' ? isolated(params) : params;
      const { count } = params;
      return i18n.t(key, { lng: lang, replace, ...(typeof count === 'number' && { count }) });
    },
  };
}

/** Names and addresses in another script must not reorder the sentence around them (UAX 9, first strong isolate). */
function isolated(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? `\u2068${value}\u2069` : value]),
  );
}
