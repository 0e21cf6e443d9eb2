import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransportFuture,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { type Clock, digest, type JsonObject, type Log, type Sealing } from '../base/index.ts';
import type { Authenticator, Authenticators, Ephemeral } from '../store/index.ts';
import { isVouchedFor, withoutStatement } from './webauthn-attestation.ts';
import { createWebAuthnChallenges } from './webauthn-challenges.ts';

/** As the operator has set it. */
export interface WebAuthnSettings {
  /** The domain that keys are for; the issuer's host when left out. */
  rp_id?: string | undefined;
  /** Where else our keys may be used, besides the issuer's origin. */
  origins: readonly string[];
  /** Models of authenticators that may be enrolled; any, when empty. */
  allowed_aaguids: readonly string[];
  /** Certificates (PEM) of the makers that have to vouch for the model. */
  attestation_roots: readonly string[];
}

export interface WebAuthnNeeds {
  issuer: string;
  settings: () => WebAuthnSettings;
  /** What the house is called where a browser shows a name. */
  title: () => string | undefined;
  sealing: Pick<Sealing, 'macs'>;
  ephemeral: Pick<Ephemeral, 'count'>;
  noteUse: Authenticators['noteUse'];
  log: Pick<Log, 'info' | 'warn'>;
  clock: Clock;
}

/** What using a key has shown. A key on a device of one's own, and, where the device asked for it, a finger, face or PIN. */
export interface WebAuthnProof {
  kinds: ('possession' | 'inherence')[];
  /** RFC 8176 section 2: a key that stays in its hardware or one that is synced; `user` where the device made sure of them. */
  amr: string[];
  phishingResistant: true;
}

export type WebAuthnRefusal =
  | 'malformed'
  | 'challenge_spent'
  | 'credential_unknown'
  | 'credential_cloned'
  | 'user_verification_missing'
  | 'authenticator_not_allowed'
  | 'verification_failed';

type Refused = { ok: false; reason: WebAuthnRefusal };

/** What is to be kept of a key. */
export interface NewCredential {
  credentialId: string;
  counter: number;
  data: CredentialData;
}

export type CredentialData = JsonObject & {
  /** COSE, base64url. */
  publicKey: string;
  aaguid: string;
  deviceType: string;
  backedUp: boolean;
  /** Whether the device knew its owner when the key was made; if not, it never counts as knowing them. */
  userVerified: boolean;
  transports: string[];
};

export interface WebAuthnUser {
  id: string;
  /** Under which it is listed in a browser. */
  name: string;
  displayName: string;
}

export interface WebAuthn {
  /** For `navigator.credentials.create`, as JSON. @param existing keys the user has: none of them is registered twice */
  registrationOptions(purpose: string, user: WebAuthnUser, existing: readonly Authenticator[]): Promise<JsonObject>;
  /** @param answer the registration response (WebAuthn section 5.8.1), JSON text */
  register(purpose: string, answer: string): Promise<({ ok: true; proof: WebAuthnProof } & NewCredential) | Refused>;
  /** For `navigator.credentials.get`, as JSON. @param among the keys that will do; undefined asks for any the browser knows */
  assertionOptions(purpose: string, among?: readonly Authenticator[]): Promise<JsonObject>;
  /**
   * Every use is noted: of parallel ones with one signature one is accepted.
   *
   * @param answer the authentication response (WebAuthn section 5.8.2), JSON text
   * @param options.find whose key it is; undefined when it is nobody's who may answer
   * @param options.alone nothing else was proven: the device has to make sure of its owner, and to name the user
   */
  assert(
    purpose: string,
    answer: string,
    options: { find: (credentialId: string) => Promise<Authenticator | undefined>; alone: boolean },
  ): Promise<{ ok: true; authenticator: Authenticator; proof: WebAuthnProof } | Refused>;
}

/** Milliseconds that a browser's own dialog waits. */
const TIMEOUT = 300_000;
/** EdDSA, ES256, RS256 (COSE). */
const ALGORITHMS = [-8, -7, -257];

/** Passkeys and security keys (W3C Web Authentication Level 3). What the library throws is an expected no here. */
export function createWebAuthn(needs: WebAuthnNeeds): WebAuthn {
  const { issuer, settings, title, noteUse, log, clock } = needs;
  const { origin, hostname } = new URL(issuer);
  const challenges = createWebAuthnChallenges(needs);
  const rpId = () => settings().rp_id ?? hostname;

  /** What both kinds of answer are held against; `spent` tells afterwards whether it was the challenge. */
  function expectations(purpose: string) {
    const seen = { spent: false };
    const expectedChallenge = async (challenge: string) => {
      seen.spent = !(await challenges.redeem(challenge, purpose));
      return !seen.spent;
    };
    const expectedOrigin = [origin, ...settings().origins];
    return { seen, expected: { expectedChallenge, expectedOrigin, expectedRPID: rpId() } };
  }

  function refuse(reason: WebAuthnRefusal, cause: unknown): Refused {
    const said = cause instanceof Error ? cause.message : String(cause);
    log.info({ reason, cause: said.slice(0, 200) }, 'a key was refused');
    return { ok: false, reason };
  }

  return {
    async registrationOptions(purpose, user, existing) {
      const options = await generateRegistrationOptions({
        rpName: title() ?? hostname,
        rpID: rpId(),
        userName: user.name,
        userDisplayName: user.displayName,
        userID: Uint8Array.from(digest(user.id)),
        challenge: challenges.issue(purpose),
        timeout: TIMEOUT,
        attestationType: settings().allowed_aaguids.length > 0 ? 'direct' : 'none',
        excludeCredentials: existing.flatMap(descriptor),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
        supportedAlgorithmIDs: ALGORITHMS,
      });
      return options as unknown as JsonObject;
    },

    async register(purpose, answer) {
      const response = read<RegistrationResponseJSON>(answer);
      if (!response) return refuse('malformed', 'not a registration response');
      const { allowed_aaguids: allowed, attestation_roots: roots } = settings();
      const { seen, expected } = expectations(purpose);
      try {
        if (isFramed(response)) return refuse('verification_failed', 'made in a frame of another site');
        if (allowed.length === 0) {
          response.response.attestationObject = withoutStatement(response.response.attestationObject);
        }
        const { verified, registrationInfo: info } = await verifyRegistrationResponse({
          response,
          ...expected,
          requireUserVerification: false,
          supportedAlgorithmIDs: ALGORITHMS,
        });
        if (!verified) return refuse('verification_failed', 'the attestation does not hold');
        if (allowed.length > 0) {
          const { aaguid, attestationObject } = info;
          if (!allowed.includes(aaguid)) return refuse('authenticator_not_allowed', `the model ${aaguid}`);
          if (!isVouchedFor(attestationObject, roots, clock)) {
            return refuse('authenticator_not_allowed', `nobody vouches for the model ${aaguid}`);
          }
        }
        const { credential, aaguid, credentialDeviceType, credentialBackedUp, userVerified } = info;
        const { rk } = response.clientExtensionResults?.credProps ?? {};
        const data: CredentialData = {
          publicKey: Buffer.from(credential.publicKey).toString('base64url'),
          aaguid,
          deviceType: credentialDeviceType,
          backedUp: credentialBackedUp,
          userVerified,
          transports: known(response.response.transports),
          ...(typeof rk === 'boolean' ? { discoverable: rk } : {}),
        };
        const { id: credentialId, counter } = credential;
        return { ok: true, credentialId, counter, data, proof: proofOf(credentialDeviceType, userVerified) };
      } catch (error) {
        return refuse(seen.spent ? 'challenge_spent' : 'verification_failed', error);
      }
    },

    async assertionOptions(purpose, among) {
      const options = await generateAuthenticationOptions({
        rpID: rpId(),
        challenge: challenges.issue(purpose),
        timeout: TIMEOUT,
        userVerification: among ? 'preferred' : 'required',
        ...(among ? { allowCredentials: among.flatMap(descriptor) } : {}),
      });
      return options as unknown as JsonObject;
    },

    async assert(purpose, answer, { find, alone }) {
      const response = read<AuthenticationResponseJSON>(answer);
      if (!response) return refuse('malformed', 'not an authentication response');
      const authenticator = await find(response.id);
      if (authenticator?.credentialId !== response.id) return refuse('credential_unknown', 'nobody here has this key');
      const { id, userId, credentialId } = authenticator;
      const { publicKey, deviceType, userVerified: knewOwner } = authenticator.data as CredentialData;
      const { seen, expected } = expectations(purpose);
      try {
        if (isFramed(response)) return refuse('verification_failed', 'made in a frame of another site');
        const { userHandle } = response.response;
        if (userHandle ? userHandle !== digest(userId).toString('base64url') : alone) {
          return refuse('verification_failed', 'the key names another user, or none');
        }
        const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
          response,
          ...expected,
          requireUserVerification: false,
          // Whether the counter went up is decided by the one statement that notes it.
          credential: { id: credentialId, publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')), counter: 0 },
        });
        if (!verified) return refuse('verification_failed', 'the signature does not hold');
        if (info.credentialDeviceType !== deviceType) {
          return refuse('verification_failed', 'whether the key can be synced has changed');
        }
        if (alone && !info.userVerified) return refuse('user_verification_missing', 'the device did not ask its owner');
        const use = { counter: info.newCounter, data: { backedUp: info.credentialBackedUp } };
        if (!(await noteUse(id, use))) {
          log.warn({ authenticator: id, userId }, 'the counter of a key went back: there may be a copy of it');
          return { ok: false, reason: 'credential_cloned' };
        }
        return { ok: true, authenticator, proof: proofOf(deviceType, info.userVerified && knewOwner) };
      } catch (error) {
        return refuse(seen.spent ? 'challenge_spent' : 'verification_failed', error);
      }
    },
  };
}

function proofOf(deviceType: string, userVerified: boolean): WebAuthnProof {
  const key = deviceType === 'multiDevice' ? 'swk' : 'hwk';
  return userVerified
    ? { kinds: ['possession', 'inherence'], amr: [key, 'user'], phishingResistant: true }
    : { kinds: ['possession'], amr: [key], phishingResistant: true };
}

function descriptor({ credentialId, data }: Authenticator) {
  if (credentialId === undefined) return [];
  return [{ id: credentialId, transports: known((data as CredentialData).transports) as AuthenticatorTransportFuture[] }];
}

const TRANSPORTS = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);

/** A browser's hints about how a key is reached; what we know nothing of is not kept. */
function known(transports: unknown): string[] {
  return Array.isArray(transports) ? transports.filter((one) => TRANSPORTS.has(one)) : [];
}

/** The outer shape; what is in it is the library's to judge. */
function read<T extends RegistrationResponseJSON | AuthenticationResponseJSON>(text: string): T | undefined {
  try {
    const value = JSON.parse(text) as T | null;
    return typeof value?.id === 'string' && typeof value.response?.clientDataJSON === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Our pages are in nobody's frame, so an answer from one was not made on them (WebAuthn section 5.8.1, `crossOrigin`). */
function isFramed({ response }: { response: { clientDataJSON: string } }): boolean {
  const { crossOrigin } = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString('utf8'));
  return crossOrigin === true;
}
