/**
 * Proof engines: what makes and checks a proof, and the parts they need. Here are password hashes (in a process of
 * their own), the rules for new passwords, the breach list, mailed codes, and the guarded way to others' addresses.
 *
 * A verifier answers whether a proof holds. It knows no user, keeps no state about people, counts no attempts and
 * decides nothing about sign-in: methods, factors and tasks call it and do the rest. What comes in as a secret goes
 * out in no log line, no error and no other process than the hasher.
 */
export { type BotCheck, createBotCheck } from './bot-check.ts';
export { createBreachRange } from './breach-range.ts';
export { createGuardedFetch } from './guarded-fetch.ts';
export { ARGON2_PARAMETERS, type Hasher, startHasher } from './hasher.ts';
export {
  type CodePurpose,
  createMailedCodes,
  type Deliver,
  type MailedCodes,
  type SentCode,
  shownCode,
} from './mailed-code.ts';
export { type Argon2Parameters, type PasswordHash, readPasswordHash } from './password-hash-format.ts';
export { createPasswordRules, LONGEST_PASSWORD, type PasswordRefusal, type PasswordRules } from './password-rules.ts';
export { type QrCode, qrCode } from './qr-code.ts';
export { createTextedCodes, type TextedCodes } from './texted-code.ts';
export { tidyCode } from './tidy-code.ts';
export { createTotp, type Totp } from './totp.ts';
export type { UpstreamProvider } from './upstream/provider.ts';
export { samlMetadata } from './upstream/saml-metadata.ts';
export type { Upstream, UpstreamIdentity } from './upstream/upstream.ts';
export { createUpstreams, type Upstreams } from './upstream/upstreams.ts';
export { createWebAuthn, type WebAuthn, type WebAuthnNeeds } from './webauthn.ts';
export type { WebAuthnProof, WebAuthnRefusal } from './webauthn-answer.ts';
export type { WebAuthnSettings } from './webauthn-ceremony.ts';
