import { X509Certificate } from 'node:crypto';
import type { JsonObject } from '../base/index.ts';

/** A secret that another provider gave out, or the certificate it signs with, and when it ends. */
export interface Expiry {
  provider: string;
  what: 'secret' | 'certificate';
  /** Seconds since the epoch. */
  at: number;
}

/** Days before the end of a secret on which an operator is told of it. */
const NOTICE = 30;

/** What is known to end, the first to end first. @param providers as they are stored; those switched off need nothing */
export function expiries(providers: Iterable<readonly [id: string, body: JsonObject]>): Expiry[] {
  const known = [...providers].flatMap(([provider, { enabled, secret_expires: day, metadata }]): Expiry[] => {
    if (enabled === false) return [];
    const secret = typeof day === 'string' ? [Date.parse(`${day}T00:00:00Z`) / 1000] : [];
    const certificates = typeof metadata === 'string' ? certificatesEnd(metadata) : [];
    return [
      ...secret.map((at) => ({ provider, what: 'secret' as const, at })),
      ...certificates.map((at) => ({ provider, what: 'certificate' as const, at })),
    ];
  });
  return known.sort((a, b) => a.at - b.at);
}

/** What is to be said of them today. @param now seconds since the epoch */
export function sayExpiring(all: readonly Expiry[], now: number): string[] {
  return all
    .filter(({ at }) => at - now < NOTICE * 86_400)
    .map(({ provider, what, at }) => {
      const days = Math.floor((at - now) / 86_400);
      if (days < 0) return `the ${what} of ${provider} has ended: nobody can sign in with it`;
      return `the ${what} of ${provider} ends in ${days} ${days === 1 ? 'day' : 'days'}`;
    });
}

/** When the last of the certificates in SAML metadata ends: until then one is left to believe. */
export function certificatesEnd(metadata: string): number[] {
  const ends = [...metadata.matchAll(/<(?:\w+:)?X509Certificate>([^<]+)</g)].flatMap(([, text = '']) => {
    try {
      return Date.parse(new X509Certificate(Buffer.from(text.replace(/\s/g, ''), 'base64')).validTo) / 1000;
    } catch {
      return [];
    }
  });
  return ends.length === 0 ? [] : [Math.max(...ends)];
}
