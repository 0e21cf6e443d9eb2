import { type CookieJar, createCookieJar } from './cookies.ts';
import { type Field, type Form, type Page, parsePage } from './html.ts';

/** What one step of a browser ended at, after the redirects it was allowed to follow. */
export interface Answer {
  status: number;
  url: URL;
  headers: Headers;
  body: string;
  /** Where the answer wants to go, when that is outside what the browser follows. */
  location: URL | undefined;
  page: Page;
}

export interface Browser {
  jar: CookieJar;
  get(url: URL | string, headers?: Record<string, string>): Promise<Answer>;
  post(url: URL | string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /**
   * Fills a form by what its inputs are for (their `autocomplete` token) or by name, and sends it.
   *
   * @param values token or name to value; a checkbox is checked by 'on' and cleared by ''
   * @param press the words or `name=value` on the button to press; without it the form's first button
   * @throws Error when no form has all these fields and the button
   */
  submit(answer: Answer, values?: Record<string, string>, press?: string): Promise<Answer>;
  /** Follows the first link whose text or address contains this. @throws Error when there is none. */
  click(answer: Answer, link: string): Promise<Answer>;
}

interface BrowserOptions {
  /** Redirects to other origins are not followed but answered as `location`. */
  origins: readonly string[];
  /** Sent with every request, for example `accept-language`. */
  headers?: Record<string, string>;
  /** Of another browser that is really this one. */
  jar?: CookieJar;
}

const isButton = ({ tag, type }: Field): boolean =>
  (tag === 'button' || tag === 'input') && /^(submit|image)$/.test(type);

function pressed(form: Form, press: string | undefined): Field | undefined {
  const buttons = form.fields.filter(isButton);
  if (press === undefined) return buttons[0];
  return buttons.find(({ name, value, text, tag }) =>
    [`${name}=${value}`, tag === 'button' ? text : value].some((words) => words.includes(press)),
  );
}

/** The fields a browser would send, or undefined when the form has no place for one of the values. */
function fill(form: Form, values: Record<string, string>, press: string | undefined): [string, string][] | undefined {
  const button = pressed(form, press);
  if (press !== undefined && button === undefined) return undefined;
  const open = new Set(Object.keys(values));
  const sent: [string, string][] = [];
  for (const field of form.fields) {
    if (isButton(field) || field.type === 'button' || field.type === 'reset' || field.name === '') continue;
    const key = [field.name, field.purpose].find((word) => word !== undefined && word in values);
    const given = key === undefined ? undefined : values[key];
    if (key !== undefined) open.delete(key);
    if (field.type === 'radio' ? given === field.value || (given === undefined && field.checked) : false) {
      sent.push([field.name, field.value]);
    } else if (field.type === 'checkbox') {
      if (given === undefined ? field.checked : given !== '') sent.push([field.name, field.value || 'on']);
    } else if (field.type !== 'radio') sent.push([field.name, given ?? field.value]);
  }
  if (button !== undefined && button.name !== '') sent.push([button.name, button.value]);
  return open.size === 0 ? sent : undefined;
}

/** Where a page goes on to by itself at once. */
function refresh(body: string): string | undefined {
  const [, url] = /<meta http-equiv="refresh" content="0; url=([^"]+)">/.exec(body) ?? [];
  return url?.replaceAll('&amp;', '&');
}

/** Headers that outlive a redirect: all but those that belonged to the body. */
function lasting(headers: HeadersInit | undefined): Headers {
  const kept = new Headers(headers);
  kept.delete('origin');
  kept.delete('content-type');
  return kept;
}

/** A browser without scripts: keeps cookies, follows redirects by hand, sends forms as they are written. */
export function createBrowser({ origins, headers: standing = {}, jar = createCookieJar() }: BrowserOptions): Browser {
  async function go(first: URL, init: RequestInit): Promise<Answer> {
    let url = first;
    let request = init;
    for (let hop = 0; hop < 20; hop += 1) {
      const headers = new Headers({
        accept: 'text/html',
        ...standing,
        ...Object.fromEntries(new Headers(request.headers)),
      });
      const cookie = jar.header(url);
      if (cookie !== undefined) headers.set('cookie', cookie);
      const response = await fetch(url, { ...request, headers, redirect: 'manual' });
      jar.take(url, response.headers);
      const body = await response.text();
      const to = response.headers.get('location');
      const redirect = to !== null && response.status >= 300 && response.status < 400 ? to : refresh(body);
      const location = redirect === undefined ? undefined : new URL(redirect, url);
      if (location === undefined || !origins.includes(location.origin)) {
        return { status: response.status, url, headers: response.headers, body, location, page: parsePage(body) };
      }
      if (response.status < 307) request = { headers: lasting(request.headers) };
      url = location;
    }
    throw new Error(`More than 20 redirects, the last to ${url}.`);
  }

  const send = (url: URL, fields: string[][], extra: Record<string, string> = {}): Promise<Answer> =>
    go(url, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: url.origin, ...extra } });

  return {
    jar,
    get: (url, headers = {}) => go(new URL(url), { headers }),
    post: (url, fields, headers) => send(new URL(url), Object.entries(fields), headers),
    async submit(answer, values = {}, press) {
      for (const form of answer.page.forms) {
        const fields = fill(form, values, press);
        if (fields === undefined) continue;
        const action = new URL(form.action, answer.url);
        if (form.method === 'POST') return send(action, fields);
        action.search = new URLSearchParams(fields).toString();
        return go(action, {});
      }
      const wanted = [...Object.keys(values), ...(press === undefined ? [] : [`a button '${press}'`])].join(', ');
      throw new Error(`No form with ${wanted || 'anything'} on ${answer.url} (${answer.status}): ${answer.page.text}`);
    },
    async click(answer, link) {
      const found = answer.page.links.find(({ href, text }) => text.includes(link) || href.includes(link));
      if (found === undefined) throw new Error(`No link '${link}' on ${answer.url}: ${answer.page.text}`);
      return go(new URL(found.href, answer.url), {});
    },
  };
}
