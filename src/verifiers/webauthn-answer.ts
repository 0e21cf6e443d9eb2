import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { JsonObject } from '../base/index.ts';
import type { Authenticator } from '../store/index.ts';

/** Why a key's answer does not count. The log has what exactly was wrong; the language files have what to do. */
export type WebAuthnRefusal =
  | 'credential_missing'
  | 'challenge_spent'
  | 'credential_unknown'
  | 'credential_cloned'
  | 'user_verification_missing'
  | 'authenticator_not_allowed'
  | 'verification_failed';

/** What using a key has shown: a device of one's own, and, where it made sure of its owner, a finger, face or PIN. */
export interface WebAuthnProof {
  kinds: ('possession' | 'inherence')[];
  /** RFC 8176 section 2: a key that stays in its hardware, or one that is synced; `user` where the device made sure of them. */
  amr: string[];
  phishingResistant: true;
}

export type CredentialData = JsonObject & {
  /** COSE, base64url. */
  publicKey: string;
  aaguid: string;
  /** `singleDevice`, or `multiDevice` for a key that can be synced (backup eligibility; it never changes). */
  deviceType: string;
  backedUp: boolean;
  /** Whether the device knew its owner when the key was made; if not, it never counts as knowing them. */
  userVerified: boolean;
  transports: string[];
};

interface Answer<T> {
  response: T;
  /** base64url */
  challenge: string;
}

/** The outer shape of what a browser answers; what is in it is the library's to judge. Undefined when it is something else. */
export function readAnswer<T extends RegistrationResponseJSON | AuthenticationResponseJSON>(
  text: string,
): Answer<T> | undefined {
  try {
    const response = JSON.parse(text) as T;
    const { challenge, crossOrigin } = JSON.parse(
      Buffer.from(response.response.clientDataJSON, 'base64url').toString('utf8'),
    );
    // Our pages are in nobody's frame, so an answer from within one was not made on them (WebAuthn section 7.2 step 14).
    if (typeof response.id !== 'string' || typeof challenge !== 'string' || crossOrigin === true) return undefined;
    return { response, challenge };
  } catch {
    return undefined;
  }
}

export function proofOf(deviceType: string, userVerified: boolean): WebAuthnProof {
  const key = deviceType === 'multiDevice' ? 'swk' : 'hwk';
  return userVerified
    ? { kinds: ['possession', 'inherence'], amr: [key, 'user'], phishingResistant: true }
    : { kinds: ['possession'], amr: [key], phishingResistant: true };
}

/** How a browser is told of a key it may know. */
export function descriptor({ credentialId, data }: Authenticator) {
  if (credentialId === undefined) return [];
  return [{ type: 'public-key', id: credentialId, transports: knownTransports(data.transports) }];
}

const TRANSPORTS: readonly unknown[] = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

/** A browser's hints at how a key is reached; what we know nothing of is not kept. */
export function knownTransports(transports: unknown): string[] {
  return Array.isArray(transports) ? transports.filter((one) => TRANSPORTS.includes(one)) : [];
}
