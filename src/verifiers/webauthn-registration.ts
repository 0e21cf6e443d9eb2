import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { type Clock, digestText, type JsonObject } from '../base/index.ts';
import type { Authenticator } from '../store/index.ts';
import { type CredentialData, descriptor, knownTransports, proofOf, readAnswer } from './webauthn-answer.ts';
import { isVouchedFor, withoutStatement } from './webauthn-attestation.ts';
import { type Ceremony, type Held, TIMEOUT } from './webauthn-ceremony.ts';

export interface WebAuthnUser {
  id: string;
  /** Under which the key is listed in a browser. */
  name: string;
  displayName: string;
}

/** What is to be kept of a key. */
export interface NewCredential {
  credentialId: string;
  counter: number;
  data: CredentialData;
}

export interface Registration {
  /** For `navigator.credentials.create`, as JSON. @param existing keys the user has: none of them is registered twice */
  registrationOptions(purpose: string, user: WebAuthnUser, existing: readonly Authenticator[]): JsonObject;
  /** @param answer the registration response (WebAuthn section 5.1.8), JSON text */
  register(purpose: string, answer: string): Promise<Held<NewCredential>>;
}

export interface RegistrationNeeds {
  ceremony: Ceremony;
  /** What the house is called where a browser shows a name. */
  title: () => string | undefined;
  clock: Clock;
}

/** EdDSA, ES256, RS256 (COSE). */
const ALGORITHMS = [-8, -7, -257];

export function createRegistration({ ceremony, title, clock }: RegistrationNeeds): Registration {
  const { settings, refuse } = ceremony;
  const models = () => settings().allowed_aaguids;

  return {
    registrationOptions: (purpose, { id, name, displayName }, existing) => ({
      rp: { id: ceremony.rpId(), name: title() ?? ceremony.hostname },
      user: { id: userHandle(id), name, displayName },
      challenge: ceremony.issue(purpose),
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      timeout: TIMEOUT,
      excludeCredentials: existing.flatMap(descriptor),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      attestation: models().length > 0 ? 'direct' : 'none',
      extensions: { credProps: true },
    }),

    async register(purpose, answer) {
      const read = readAnswer<RegistrationResponseJSON>(answer);
      if (!read) return refuse('credential_missing', 'not the answer of a page of ours');
      const { response } = read;
      const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
      const verdict = await ceremony.hold({ ...read, purpose }, async (expected) =>
        verifyRegistrationResponse({
          response: models().length > 0 ? response : await bare(response),
          ...expected,
          supportedAlgorithmIDs: ALGORITHMS,
        }),
      );
      if (!verdict.ok) return verdict;
      const { registrationInfo: info } = verdict.held;
      if (!info) return refuse('verification_failed', 'the attestation does not hold');
      const { credential, aaguid, credentialDeviceType: deviceType, credentialBackedUp: backedUp, userVerified } = info;
      if (models().length > 0) {
        const roots = settings().attestation_roots;
        if (!models().includes(aaguid)) return refuse('authenticator_not_allowed', `the model ${aaguid}`);
        if (!(await isVouchedFor(info.attestationObject, roots, clock))) {
          return refuse('authenticator_not_allowed', `nobody vouches for the model ${aaguid}`);
        }
      }
      const { rk } = response.clientExtensionResults?.credProps ?? {};
      const data: CredentialData = {
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        aaguid,
        deviceType,
        backedUp,
        userVerified,
        transports: knownTransports(response.response.transports),
        ...(typeof rk === 'boolean' ? { discoverable: rk } : {}),
      };
      const { id: credentialId, counter } = credential;
      return { ok: true, credentialId, counter, data, proof: proofOf(deviceType, userVerified) };
    },
  };
}

/** What a key calls its user, base64url: it says nothing about them, and is never shown (WebAuthn section 5.4.3). */
export function userHandle(userId: string): string {
  return digestText(userId);
}

async function bare(response: RegistrationResponseJSON): Promise<RegistrationResponseJSON> {
  const attestationObject = await withoutStatement(response.response.attestationObject);
  return { ...response, response: { ...response.response, attestationObject } };
}
