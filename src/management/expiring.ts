import type { JsonObject } from '../base/index.ts';

/** A secret that another provider gave out and will end. */
export interface Expiry {
  provider: string;
  /** Seconds since the epoch. */
  at: number;
}

/** Days before the end of a secret on which an operator is told of it. */
const NOTICE = 30;

/** Secrets whose end is known, the first to end first. @param providers as they are stored; those switched off need none */
export function expiries(providers: Iterable<readonly [id: string, body: JsonObject]>): Expiry[] {
  const known = [...providers].flatMap(([provider, { enabled, secret_expires: day }]) =>
    enabled !== false && typeof day === 'string' ? [{ provider, at: Date.parse(`${day}T00:00:00Z`) / 1000 }] : [],
  );
  return known.sort((a, b) => a.at - b.at);
}

/** What is to be said of them today. @param now seconds since the epoch */
export function sayExpiring(all: readonly Expiry[], now: number): string[] {
  return all
    .filter(({ at }) => at - now < NOTICE * 86_400)
    .map(({ provider, at }) => {
      const days = Math.floor((at - now) / 86_400);
      if (days < 0) return `the secret of ${provider} has ended: nobody can sign in with it`;
      return `the secret of ${provider} ends in ${days} ${days === 1 ? 'day' : 'days'}`;
    });
}
