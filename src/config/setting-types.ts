import ipaddr from 'ipaddr.js';
import { z } from 'zod';

// Each refuses with half a sentence, `must be …`, that follows the name of the setting.

const MOST_WORKERS = 64;
export const SHORTEST_SECRET = 32;
const ISSUER_IS = 'the https:// address that people reach this server at, such as https://login.example.com';
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

const wholeNumber = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
};

const listOf = (isItem: (item: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((item) => item !== ''))
    .refine((items) => items.every(isItem), { error });

const wordOf = <const Word extends string>(...words: Word[]) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });

export const port = wholeNumber(0, 65_535);
export const workers = wholeNumber(1, MOST_WORKERS);
export const logLevel = wordOf('debug', 'info', 'warn', 'error', 'silent');
export const yesOrNo = wordOf('1', 'true', '0', 'false').transform((word) => word === '1' || word === 'true');
/** Any word is a fine NODE_ENV; only one means something here. */
export const production = z.string().transform((word) => word === 'production');

export const host = z
  .string()
  .refine((text) => ipaddr.isValid(text) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text), {
    error: 'must be a host name or an address to listen at, such as 127.0.0.1 or 0.0.0.0, without a port',
  });

/** One line: a file given where its path is meant shows itself by its line breaks. */
export const path = z.string().regex(/^[^\n\0]+$/, { error: 'must be the path of a file or folder, on one line' });

export const url = (...schemes: string[]) =>
  z.string().refine((text) => schemes.includes(URL.parse(text)?.protocol.slice(0, -1) ?? '') && !/\s/.test(text), {
    error: `must be a URL that begins with ${oneOf(schemes.map((scheme) => `${scheme}:`))}`,
  });

function oneOf(words: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(words);
}

/** The issuer is compared letter by letter by every client (OpenID Connect Core section 3.1.3.7), so only one spelling is right. */
export const issuer = z.string({ error: `must be set to ${ISSUER_IS}` }).superRefine((text, context) => {
  const wrong = issuerProblem(text);
  if (wrong) context.addIssue({ code: 'custom', message: wrong });
});

function issuerProblem(text: string): string | undefined {
  const parsed = URL.parse(text);
  if (!parsed || !['https:', 'http:'].includes(parsed.protocol)) return `must be ${ISSUER_IS}`;
  if (parsed.protocol === 'http:' && !LOOPBACK.includes(parsed.hostname))
    return `must begin with https://; plain http is for ${LOOPBACK.join(', ')} only`;
  if (/[?#]/.test(text)) return 'must have no query and no fragment';
  if (parsed.username || parsed.password) return 'must hold no user name and no password';
  const right = parsed.href.replace(/\/+$/, '');
  if (text.endsWith('/')) return `must not end in a slash: write ${right}`;
  return text === right ? undefined : `must be written as clients will compare it: ${right}`;
}

/** Newest first; several so that one can be replaced by another while both still open what they sealed. */
export const secrets = z
  .string()
  .transform((text) => text.split(/[,\n]/).flatMap((secret) => secret.trim() || []))
  .refine((list): list is [string, ...string[]] => list.length > 0 && list.every(isLong), {
    error:
      `must be at least ${SHORTEST_SECRET} random characters (several secrets: newest first, separated by commas), ` +
      'for example from: openssl rand -base64 32',
  });

function isLong(secret: string): boolean {
  return secret.length >= SHORTEST_SECRET;
}

export const mailbox = z.string().refine((text) => /^[^\s@<>]+@[^\s@<>]+$|^[^<>\n]*<[^\s@<>]+@[^\s@<>]+>$/.test(text), {
  error: 'must be a mail address, such as login@example.com or Example <login@example.com>',
});

export const cidrs = listOf(
  (item) => ipaddr.isValidCIDR(item),
  'must be networks in CIDR notation separated by commas, such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7/32',
);

export const hostPorts = listOf(
  (item) => /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i.test(item),
  'must be host:port pairs separated by commas, such as login.internal:8443 or [fd00::7]:443',
);
