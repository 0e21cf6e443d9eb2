import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MailKind } from '../../src/messaging/index.ts';

interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Where mail arrives: the SMTP server of the tests, the demo's mailbox, or its page read over HTTP. Newest first. */
export interface MailSource {
  messages(): readonly Mail[] | Promise<readonly Mail[]>;
}

export interface FoundMail extends Mail {
  /** The digits that stand alone on a line, or nothing. */
  code: string;
  /** The first address in it, or nothing. */
  link: string;
}

const WORDS = new URL('../../views/languages/', import.meta.url);
const handedOut = new WeakMap<MailSource, Set<string>>();

/**
 * The newest mail to somebody that was not handed out before; older ones are passed over for good.
 *
 * @param kind known by its subject, in any language.
 * @throws Error when none came in time.
 */
export async function waitForMail(
  source: MailSource,
  to: string,
  kind?: MailKind,
  within = 10_000,
): Promise<FoundMail> {
  const seen = handedOut.get(source) ?? new Set();
  handedOut.set(source, seen);
  const subjects = kind === undefined ? undefined : subjectsOf(kind);
  const isWanted = ({ id, to: address, subject }: Mail) =>
    !seen.has(id) && address === to && (subjects?.some((pattern) => pattern.test(subject)) ?? true);
  for (const end = Date.now() + within; ; await sleep(20)) {
    const mails = await source.messages();
    const wanted = mails.filter(isWanted);
    for (const { id } of wanted) seen.add(id);
    const [newest] = wanted;
    if (newest) return { ...newest, code: codeIn(newest.text), link: /https?:\/\/\S+/.exec(newest.text)?.[0] ?? '' };
    if (Date.now() > end) throw new Error(`no mail ${kind ?? ''} to ${to}; there is: ${listed(mails)}`);
  }
}

/** What a mail is by its subject; undefined for one of no kind there is. */
export function kindOf({ subject }: Pick<Mail, 'subject'>): MailKind | undefined {
  const words: Record<string, { subject?: string }> = JSON.parse(readFileSync(new URL('en.json', WORDS), 'utf8')).mail;
  const kinds = Object.keys(words).filter((key) => words[key]?.subject !== undefined) as MailKind[];
  // The one with most words of its own: "your code" is a part of "your code for a new password".
  const literal = (kind: MailKind) => String(words[kind]?.subject).replace(/\{\{\w+\}\}/g, '').length;
  const fitting = kinds.filter((kind) => subjectsOf(kind).some((pattern) => pattern.test(subject)));
  return fitting.sort((one, other) => literal(other) - literal(one))[0];
}

function codeIn(text: string): string {
  return /^\d{6}$/m.exec(text)?.[0] ?? '';
}

function listed(mails: readonly Mail[]): string {
  return mails.map(({ to, subject }) => `${subject} → ${to}`).join('; ') || 'nothing';
}

function subjectsOf(kind: MailKind): RegExp[] {
  return readdirSync(WORDS).map((file) => {
    const subject: string = JSON.parse(readFileSync(new URL(file, WORDS), 'utf8')).mail[kind].subject;
    const literal = subject.split(/\{\{\w+\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${literal.join('.+')}$`, 'u');
  });
}
