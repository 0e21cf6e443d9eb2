import { randomBytes } from 'node:crypto';
import { type Clock, digestText, epochSeconds, type Sealing, sameText } from '../base/index.ts';
import type { Ephemeral } from '../store/index.ts';

/** What an authenticator signs, so that its answer is about this page and no other (WebAuthn section 13.4.3). */
export interface WebAuthnChallenges {
  /** Nothing is kept for it: for what, and until when, is in it under a MAC. So a page can carry one and change nothing. base64url */
  issue(purpose: string): string;
  /**
   * Of any number of tries with one challenge the first is told true, if it was issued for this and has not expired.
   */
  redeem(challenge: string, purpose: string): Promise<boolean>;
}

export interface WebAuthnChallengesNeeds {
  sealing: Pick<Sealing, 'macs'>;
  ephemeral: Pick<Ephemeral, 'count'>;
  clock: Clock;
}

/** Seconds; as long as a sign-in may take, since autofill waits on its first page for that long. */
const LIFETIME = 3600;
const NONCE_BYTES = 16;
const BODY_BYTES = NONCE_BYTES + 4;
const MAC_BYTES = 32;

export function createWebAuthnChallenges({ sealing, ephemeral, clock }: WebAuthnChallengesNeeds): WebAuthnChallenges {
  const macs = (body: Buffer, purpose: string) => sealing.macs(body.toString('base64url'), `webauthn:${purpose}`);

  return {
    issue(purpose) {
      const body = Buffer.concat([randomBytes(NONCE_BYTES), Buffer.alloc(4)]);
      body.writeUInt32BE(epochSeconds(clock) + LIFETIME, NONCE_BYTES);
      return Buffer.concat([body, Buffer.from(macs(body, purpose)[0], 'base64url')]).toString('base64url');
    },

    async redeem(challenge, purpose) {
      const bytes = Buffer.from(challenge, 'base64url');
      if (bytes.length !== BODY_BYTES + MAC_BYTES) return false;
      const body = bytes.subarray(0, BODY_BYTES);
      const mac = bytes.subarray(BODY_BYTES).toString('base64url');
      if (!macs(body, purpose).some((own) => sameText(own, mac))) return false;
      if (body.readUInt32BE(NONCE_BYTES) <= epochSeconds(clock)) return false;
      const key = `webauthn-challenge:${digestText(bytes.toString('base64url'))}`;
      return (await ephemeral.count(key, LIFETIME)) === 1;
    },
  };
}
