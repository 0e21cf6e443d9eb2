import { z } from 'zod';
import type { Log } from '../base/index.ts';

/** `unavailable`: it could not be told, so nobody passes; trying again later may help. */
export type BotVerdict = 'passed' | 'refused' | 'unavailable';

/** Somebody else's check, of which a browser brings a token that its maker is asked about. */
export interface Siteverify {
  /** Where the maker is asked. */
  url: string;
  /** A token says for which sign-in it was made. Where it cannot, it says of which site, and is bound by being good once. */
  bound: boolean;
}

/** Both speak the same protocol, with small differences. */
export const SITEVERIFY = {
  turnstile: { url: 'https://challenges.cloudflare.com/turnstile/v0/siteverify', bound: true },
  hcaptcha: { url: 'https://api.hcaptcha.com/siteverify', bound: false },
} as const satisfies Record<string, Siteverify>;

export interface SiteverifyNeeds {
  /** The guarded one. */
  fetch: typeof globalThis.fetch;
  /** The host that pages of this server are shown at: a token made elsewhere is not ours. */
  host: string;
  log: Log;
  /** Milliseconds; 5000 when left out. */
  timeoutMs?: number;
}

export interface Token {
  provider: keyof typeof SITEVERIFY;
  siteKey: string;
  secret: string;
  token: string;
  signInId: string;
  ip: string;
}

const answerShape = z.object({
  success: z.boolean(),
  'error-codes': z.array(z.string()).default([]),
  hostname: z.string().optional(),
  cdata: z.string().optional(),
});

/** What is said of the token itself; every other code is a fault of ours or theirs, and the person can do nothing about it. */
const ABOUT_THE_TOKEN = new Set([
  ...['missing-input-response', 'invalid-input-response', 'timeout-or-duplicate'],
  ...['expired-input-response', 'already-seen-response', 'invalid-or-already-seen-response'],
]);

/** @returns a function that asks whether a token is good; without an answer in time nobody passes. */
export function createSiteverify({ fetch, host, log, timeoutMs = 5000 }: SiteverifyNeeds) {
  return async ({ provider, siteKey, secret, token, signInId, ip }: Token): Promise<BotVerdict> => {
    const { url, bound } = SITEVERIFY[provider];
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams({ secret, response: token, remoteip: ip, ...(bound ? {} : { sitekey: siteKey }) }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      // Some answer a refused token with 400, and JSON all the same.
      const answer = answerShape.parse(await response.json());
      const strange = answer['error-codes'].filter((code) => !ABOUT_THE_TOKEN.has(code));
      if (answer.success) return isOurs(answer, bound ? signInId : undefined) ? 'passed' : 'refused';
      if (strange.length === 0) return 'refused';
      log.warn({ provider, said: strange }, 'the bot check cannot be done: see settings.bot_check');
    } catch (error) {
      log.warn({ provider, cause: (error as Error).message }, 'the bot check cannot be done: no answer');
    }
    return 'unavailable';
  };

  function isOurs({ hostname, cdata }: z.output<typeof answerShape>, signInId: string | undefined): boolean {
    const elsewhere = hostname !== undefined && hostname !== 'not-provided' && hostname !== host;
    return !elsewhere && (signInId === undefined || cdata === signInId);
  }
}
