import type { Clock, Log, Sealing } from '../base/index.ts';
import type { Authenticators, Ephemeral } from '../store/index.ts';
import { type Assertion, createAssertion } from './webauthn-assertion.ts';
import { createCeremony, type WebAuthnSettings } from './webauthn-ceremony.ts';
import { createWebAuthnChallenges } from './webauthn-challenges.ts';
import { createRegistration, type Registration } from './webauthn-registration.ts';

/**
 * Passkeys and security keys (W3C Web Authentication Level 3). The library is loaded when the first answer comes. `purpose` names the one page a challenge is for: an answer
 * to another page's, an old one and one that was answered before are refused alike.
 */
export type WebAuthn = Registration & Assertion;

export interface WebAuthnNeeds {
  issuer: string;
  settings: () => WebAuthnSettings;
  title: () => string | undefined;
  sealing: Pick<Sealing, 'macs'>;
  ephemeral: Pick<Ephemeral, 'count'>;
  noteUse: Authenticators['noteUse'];
  log: Pick<Log, 'info' | 'warn'>;
  clock: Clock;
}

export function createWebAuthn(needs: WebAuthnNeeds): WebAuthn {
  const ceremony = createCeremony({ ...needs, challenges: createWebAuthnChallenges(needs) });
  return { ...createRegistration({ ...needs, ceremony }), ...createAssertion({ ...needs, ceremony }) };
}
