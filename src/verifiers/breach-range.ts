import { createHash } from 'node:crypto';

interface BreachRangeNeeds {
  fetch: typeof globalThis.fetch;
  /** The address that a prefix is appended to, such as https://api.pwnedpasswords.com/range */
  url: string;
  timeoutMs?: number;
}

const PREFIX_LENGTH = 5;

/**
 * Asks a breach list by range: only the first five digits of the password's SHA-1 leave the house, and the answer is
 * padded, so neither its sender nor its length tells which password was meant (k-anonymity, the protocol of Have I Been
 * Pwned). SHA-1 is that list's key, not protection.
 *
 * @returns a function that tells whether the password is listed; it throws when the list does not answer in time
 * (1.5 s when left out) or not with 200.
 */
export function createBreachRange({ fetch, url, timeoutMs = 1500 }: BreachRangeNeeds) {
  const base = url.replace(/\/+$/, '');

  return async (password: string): Promise<boolean> => {
    const sha1 = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    const suffix = sha1.slice(PREFIX_LENGTH);
    const response = await fetch(`${base}/${sha1.slice(0, PREFIX_LENGTH)}`, {
      headers: { 'Add-Padding': 'true', 'User-Agent': 'sallyport' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`the breach list answered ${response.status}`);
    return text.split('\n').some((line) => {
      const [listed, count] = line.trim().split(':');
      // Entries counted zero are padding.
      return listed?.toUpperCase() === suffix && Number(count) > 0;
    });
  };
}
