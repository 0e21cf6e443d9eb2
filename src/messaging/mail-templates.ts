import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { deviceName } from './device-name.ts';
import type { MailMessage, MailPayload } from './mail.ts';
import type { MailWords } from './mail-words.ts';

export interface MailTemplates {
  render(mail: MailPayload): Pick<MailMessage, 'subject' | 'text' | 'html' | 'lang'>;
}

/** One line of "who asked, from where, when". */
interface Fact {
  name: string;
  value: string;
}

export interface MailTemplatesNeeds {
  /** Holds `<kind>.eta` and the parts. */
  views: URL;
  /** The languages that pages speak, too; mail's own below `mail.`. */
  words: MailWords;
  /** What the sender is called where no app is named. */
  houseName: () => string;
  /** ISO 3166-1 alpha-2, as far as it is known. */
  countryOf: (ip: string) => string | undefined;
}

/**
 * One view a kind, rendered twice: what a paragraph, a code, a link and the facts look like is told by the parts in
 * `html/` and `text/`, so both say the same.
 */
export function createMailTemplates({ views: folder, words, houseName, countryOf }: MailTemplatesNeeds): MailTemplates {
  const views = fileURLToPath(folder);
  const engines = {
    html: new Eta({ views, cache: true, autoEscape: true }),
    text: new Eta({ views, cache: true, autoEscape: false, autoTrim: false }),
  };

  function body(form: keyof typeof engines, kind: string, view: object): string {
    const engine = engines[form];
    const part = (name: string, data: object) => engine.render(`${form}/${name}`, { ...view, ...data });
    const parts = {
      paragraph: (text: string) => part('paragraph', { text }),
      code: () => part('code', {}),
      link: () => part('link', {}),
      facts: () => part('facts', {}),
    };
    return part('layout', { body: engine.render(kind, { ...view, ...parts }) });
  }

  return {
    render({ kind, lang: wanted, client, params }) {
      const lang = words.pick([wanted]);
      const name = client?.name ? oneLine(client.name) : oneLine(houseName());
      const t = (key: string, more?: Record<string, string | number>) =>
        words.t(lang, `mail.${key}`, { client: name, code: params.code ?? '', ...more });
      // Programs that look for a code in a subject do not know the marks that keep it in place among other scripts.
      const subject = t(`${kind}.subject`).replace(/\u2068(\d+)\u2069/, '$1');
      const country = params.ip !== undefined && isIP(params.ip) ? countryOf(params.ip) : undefined;
      const facts = factsOf(words, lang, { ...params, country });
      const date = params.due === undefined ? '' : moment(lang, params.due);
      const view = { ...params, date, lang, dir: words.dir(lang), t, title: t(`${kind}.title`), facts };
      return { lang, subject, html: body('html', kind, view), text: tidy(body('text', kind, view)) };
    },
  };
}

type From = MailPayload['params'] & { country: string | undefined };

function factsOf(words: MailWords, lang: string, { at, ip, userAgent = '', country }: From): Fact[] {
  const device = deviceName(userAgent);
  const from = [
    device && words.t(lang, 'mail.device', device),
    country && new Intl.DisplayNames([lang], { type: 'region' }).of(country),
    ip !== undefined && isIP(ip) ? isolated(words.dir(lang), ip) : undefined,
  ].filter((one) => one !== undefined);
  return [
    ...(from.length > 0 ? [{ name: words.t(lang, 'mail.fact.from'), value: from.join(' · ') }] : []),
    { name: words.t(lang, 'mail.fact.when'), value: moment(lang, at) },
  ];
}

/** An address that is not to reorder what stands around it (UAX 9, first strong isolate). */
function isolated(dir: 'ltr' | 'rtl', text: string): string {
  return dir === 'rtl' ? `\u2068${text}\u2069` : text;
}

/** Where the reader is we don't know, so it is UTC and says so. */
function moment(lang: string, at: number): string {
  return new Intl.DateTimeFormat(`${lang}-u-ca-gregory-nu-latn`, {
    ...({ year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const),
    ...({ hourCycle: 'h23', timeZone: 'UTC', timeZoneName: 'short' } as const),
  }).format(at * 1000);
}

/** A name that goes into the subject: nothing in it ends the header or turns the line round. */
function oneLine(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  return line.length > 80 ? `${[...line].slice(0, 80).join('')}…` : line;
}

function tidy(text: string): string {
  return `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
