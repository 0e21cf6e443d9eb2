import type { FactorKind } from './evidence.ts';

/** What a proof is worth at best; `by` as its evidence says. */
export interface KnownProof {
  by: string;
  kinds: FactorKind[];
  phishingResistant: boolean;
}

const proof = (by: string, kinds: FactorKind[], phishingResistant = false): KnownProof => ({
  by,
  kinds,
  phishingResistant,
});

/** By the words in which operators type signals by hand. */
export const knownProofs: Readonly<Record<string, KnownProof>> = {
  password: proof('password', ['knowledge']),
  'email-code': proof('email-code', ['assertion']),
  federated: proof('federated', ['assertion']),
  'upstream-mfa': proof('upstream-mfa', ['possession']),
  passkey: proof('webauthn', ['possession', 'inherence'], true),
  webauthn: proof('webauthn', ['possession'], true),
  totp: proof('totp', ['possession']),
  sms: proof('sms', ['possession']),
  'recovery-code': proof('recovery-code', ['possession']),
  'access-pass': proof('access-pass', ['possession']),
  'waiting-period': proof('waiting-period', ['possession']),
  trusted_device: proof('trusted_device', []),
};

/** Factors that exist, as policies name them in `authenticator`. */
export const factorNames: readonly string[] = [
  'totp',
  'sms',
  'email-code',
  'webauthn',
  'recovery-code',
  'access-pass',
  'waiting-period',
];
