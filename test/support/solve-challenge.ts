import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';

/** Does the work that a page asks of a browser, by ALTCHA's own solver. @returns what the browser would post */
export async function solve(challenge: unknown): Promise<string> {
  const given = challenge as Challenge;
  const solution = await solveChallenge({ challenge: given, deriveKey });
  if (!solution) throw new Error('the challenge was not solved');
  return Buffer.from(JSON.stringify({ challenge: given, solution })).toString('base64');
}

/** The challenge that a page carries; undefined when it carries none. */
export function challengeOn(html: string): Challenge | undefined {
  const [, text] = /data-challenge="([^"]*)"/.exec(html) ?? [];
  return text === undefined ? undefined : JSON.parse(text.replaceAll('&quot;', '"'));
}
