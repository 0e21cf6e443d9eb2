import { generateSecret, generateURI, verify } from 'otplib';
import type { EpochSeconds } from '../base/index.ts';

/** A time-based one-time password (RFC 6238): SHA-1, 30 seconds, six digits, as every authenticator app makes them. */
export interface Totp {
  /** 160 bits (RFC 4226 section 4, R6), base32. */
  newKey(): string;
  /** What a QR code holds for the app. @param label whose it is; @param issuer where it is used */
  uri(key: string, label: string, issuer: string): string;
  /** The time step whose code this is, one step of drift allowed either way; undefined when it is none. */
  stepOf(key: string, code: string, at: EpochSeconds): Promise<number | undefined>;
}

/** Apps take the issuer for whatever stands before the first colon (Google's "Key URI Format", Label). */
const withoutColon = (text: string) => text.replace(/\s*:\s*/g, ' ').trim();

/** Seconds of drift that a telephone's clock may have (RFC 6238 section 5.2 recommends at most one step). */
const DRIFT = 30;

export function createTotp(): Totp {
  return {
    newKey: generateSecret,
    uri: (secret, label, issuer) => generateURI({ issuer: withoutColon(issuer), label: withoutColon(label), secret }),
    async stepOf(secret, token, epoch) {
      if (!/^\d{6}$/.test(token)) return undefined;
      const verdict = await verify({ secret, token, epoch, epochTolerance: DRIFT });
      return verdict.valid && 'timeStep' in verdict ? verdict.timeStep : undefined;
    },
  };
}
