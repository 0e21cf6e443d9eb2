interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
  secure: boolean;
  /** Epoch milliseconds, or undefined for the life of the browser. */
  expiresAt: number | undefined;
}

export interface CookieJar {
  /** Takes the `Set-Cookie` headers of an answer from this address. */
  take(url: URL, headers: Headers): void;
  /** The `Cookie` header for a request, or undefined. */
  header(url: URL): string | undefined;
  /** Value of the cookie with this name, whatever its path. */
  value(name: string): string | undefined;
  all(): readonly Readonly<Cookie>[];
}

function parse(url: URL, line: string): Cookie {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const given = new Map(
    attributes.map((part) => [part.split('=')[0]?.toLowerCase(), part.slice(part.indexOf('=') + 1)]),
  );
  const maxAge = given.get('max-age');
  const expires = given.get('expires');
  const path = given.get('path');
  return {
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    host: url.hostname,
    path: path?.startsWith('/') ? path : url.pathname.slice(0, Math.max(1, url.pathname.lastIndexOf('/'))),
    secure: given.has('secure'),
    expiresAt: maxAge ? Date.now() + Number(maxAge) * 1000 : expires ? Date.parse(expires) : undefined,
  };
}

const covers = (path: string, requested: string): boolean =>
  requested === path || requested.startsWith(path.endsWith('/') ? path : `${path}/`);

/** Cookies by host, path and age (RFC 6265 section 5.4), as far as one issuer and its apps need it; ports do not matter. */
export function createCookieJar(): CookieJar {
  const cookies = new Map<string, Cookie>();
  const alive = (): Cookie[] =>
    [...cookies.values()].filter(({ expiresAt }) => expiresAt === undefined || expiresAt > Date.now());
  return {
    take(url, headers) {
      for (const line of headers.getSetCookie()) {
        const cookie = parse(url, line);
        cookies.set(`${cookie.host} ${cookie.path} ${cookie.name}`, cookie);
      }
    },
    header(url) {
      const trusted = url.protocol === 'https:' || url.hostname === 'localhost' || url.hostname === '127.0.0.1';
      const sent = alive()
        .filter(({ host, path, secure }) => host === url.hostname && covers(path, url.pathname) && (trusted || !secure))
        .sort((a, b) => b.path.length - a.path.length);
      return sent.length === 0 ? undefined : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
    value: (name) => alive().find((cookie) => cookie.name === name)?.value,
    all: alive,
  };
}
