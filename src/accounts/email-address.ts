/**
 * An address as people type it, ready to be kept: trimmed, in Unicode normal form, the domain in lower case. The local
 * part keeps its case, which some mail servers insist on (RFC 5321 section 2.4); look-ups ignore it.
 *
 * @returns undefined when mail could not be sent to it.
 */
export function parseEmail(text: string): string | undefined {
  const trimmed = text.trim().normalize('NFC');
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at);
  const domain = trimmed.slice(at + 1).toLowerCase();
  const acceptable = trimmed.length <= 254 && local.length <= 64 && LOCAL.test(local) && DOMAIN.test(domain);
  return at > 0 && acceptable ? `${local}@${domain}` : undefined;
}

/** No spaces, quotes, brackets, separators or control characters: nothing that could become another mail header. */
const LOCAL = /^[^\s"(),:;<>@[\\\]\p{Cc}]+$/u;
const DOMAIN =
  /^(?=.{1,253}$)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** How an address is shown once it is known: enough to recognise one's own (`a…@example.com`). */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}…${email.slice(at)}`;
}
