/** An input, select, textarea or button as a browser would send it. */
export interface Field {
  tag: 'input' | 'select' | 'textarea' | 'button';
  name: string;
  type: string;
  value: string;
  /** The last word of the `autocomplete` attribute but `webauthn`: what the field is for. */
  purpose: string | undefined;
  checked: boolean;
  text: string;
}

export interface Form {
  /** As written; an empty one means the page's own address. */
  action: string;
  method: 'GET' | 'POST';
  fields: Field[];
}

export interface Page {
  lang: string | undefined;
  title: string;
  headings: string[];
  forms: Form[];
  links: { href: string; text: string }[];
  /** Everything a person can read, in one line. */
  text: string;
}

interface Tag {
  name: string;
  attributes: Record<string, string>;
  /** Where the tag begins and where what follows it begins. */
  start: number;
  end: number;
}

const TAG = /<([a-z][a-z0-9-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;
const ATTRIBUTE = /([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return NAMED[String(name).toLowerCase()] ?? whole;
  });
}

function readable(html: string): string {
  const visible = html.replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<!--[\s\S]*?-->/g, ' ');
  return decode(visible.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

function tags(html: string): Tag[] {
  const source = html.replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length));
  return [...source.matchAll(TAG)].map((match) => ({
    name: (match[1] ?? '').toLowerCase(),
    attributes: Object.fromEntries(
      [...(match[2] ?? '').matchAll(ATTRIBUTE)].map((a) => [a[1]?.toLowerCase(), decode(a[2] ?? a[3] ?? a[4] ?? '')]),
    ),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** What stands between a tag and its end; nested tags of the same name are not expected of these pages. */
function inside(html: string, tag: Tag): string {
  const close = html.toLowerCase().indexOf(`</${tag.name}`, tag.end);
  return html.slice(tag.end, close === -1 ? html.length : close);
}

function field(html: string, tag: Tag): Field | undefined {
  const { attributes } = tag;
  if (tag.name !== 'input' && tag.name !== 'select' && tag.name !== 'textarea' && tag.name !== 'button')
    return undefined;
  if ('disabled' in attributes) return undefined;
  const body = tag.name === 'input' ? '' : inside(html, tag);
  const options = tag.name === 'select' ? tags(body).filter(({ name }) => name === 'option') : [];
  const chosen = options.find((option) => 'selected' in option.attributes) ?? options[0];
  const purpose = attributes.autocomplete
    ?.split(/\s+/)
    .filter((word) => word !== 'webauthn' && word !== '')
    .at(-1);
  const fallback = { input: 'text', select: 'select', textarea: 'textarea', button: 'submit' }[tag.name];
  return {
    tag: tag.name,
    name: attributes.name ?? '',
    type: attributes.type?.toLowerCase() ?? fallback,
    value: chosen?.attributes.value ?? attributes.value ?? (tag.name === 'textarea' ? decode(body) : ''),
    purpose,
    checked: 'checked' in attributes,
    text: readable(body),
  };
}

/** Reads an HTML answer as far as a test needs it: forms with their fields, links, title, language, text. */
export function parsePage(html: string): Page {
  const all = tags(html);
  const texts = (name: RegExp): string[] =>
    all.filter((tag) => name.test(tag.name)).map((tag) => readable(inside(html, tag)));
  const forms = all.filter(({ name }) => name === 'form');
  return {
    lang: all.find(({ name }) => name === 'html')?.attributes.lang,
    title: texts(/^title$/)[0] ?? '',
    headings: texts(/^h[1-6]$/),
    links: all
      .filter(({ name, attributes }) => name === 'a' && attributes.href !== undefined)
      .map((tag) => ({ href: tag.attributes.href ?? '', text: readable(inside(html, tag)) })),
    forms: forms.map((form) => {
      const last = form.end + inside(html, form).length;
      const id = form.attributes.id;
      const own = all.filter(({ attributes, start }) =>
        attributes.form === undefined ? start > form.start && start < last : attributes.form === id,
      );
      return {
        action: form.attributes.action ?? '',
        method: form.attributes.method?.toUpperCase() === 'POST' ? 'POST' : 'GET',
        fields: own.flatMap((tag) => field(html, tag) ?? []),
      };
    }),
    text: readable(html),
  };
}
