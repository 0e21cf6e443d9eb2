import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { JsonObject, Log } from '../base/index.ts';
import type { Authenticator, Authenticators } from '../store/index.ts';
import { type CredentialData, descriptor, proofOf, readAnswer } from './webauthn-answer.ts';
import { type Ceremony, type Held, TIMEOUT } from './webauthn-ceremony.ts';
import { userHandle } from './webauthn-registration.ts';

export interface Assertion {
  /** For `navigator.credentials.get`, as JSON. @param among the keys that will do; undefined asks for any the browser knows */
  assertionOptions(purpose: string, among?: readonly Authenticator[]): JsonObject;
  /**
   * Every use is noted: of parallel ones with one signature one is accepted.
   *
   * @param answer the authentication response (WebAuthn section 5.1.8), JSON text
   * @param options.find whose key it is; undefined when it is nobody's who may answer
   * @param options.alone nothing else was proven: the device has to make sure of its owner, and to name the user
   */
  assert(
    purpose: string,
    answer: string,
    options: { find: (credentialId: string) => Promise<Authenticator | undefined>; alone: boolean },
  ): Promise<Held<{ authenticator: Authenticator }>>;
}

export interface AssertionNeeds {
  ceremony: Ceremony;
  noteUse: Authenticators['noteUse'];
  log: Pick<Log, 'warn'>;
}

export function createAssertion({ ceremony, noteUse, log }: AssertionNeeds): Assertion {
  const { refuse } = ceremony;

  return {
    assertionOptions: (purpose, among) => ({
      rpId: ceremony.rpId(),
      challenge: ceremony.issue(purpose),
      timeout: TIMEOUT,
      userVerification: among ? 'preferred' : 'required',
      allowCredentials: (among ?? []).flatMap(descriptor),
    }),

    async assert(purpose, answer, { find, alone }) {
      const read = readAnswer<AuthenticationResponseJSON>(answer);
      if (!read) return refuse('credential_missing', 'not the answer of a page of ours');
      const { response } = read;
      const authenticator = await find(response.id);
      if (!authenticator) return refuse('credential_unknown', 'nobody who may answer has this key');
      const { id, userId } = authenticator;
      const { publicKey, deviceType, userVerified: knewOwner } = authenticator.data as CredentialData;
      const credential = {
        id: response.id,
        publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')),
        // Whether the counter went up is decided by the one statement that notes it.
        counter: 0,
      };
      const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
      const verdict = await ceremony.hold({ ...read, purpose }, (expected) =>
        verifyAuthenticationResponse({ response, ...expected, credential }),
      );
      if (!verdict.ok) return verdict;
      const { verified, authenticationInfo: info } = verdict.held;
      if (!verified) return refuse('verification_failed', 'the signature does not hold');
      const named = response.response.userHandle;
      if (named ? named !== userHandle(userId) : alone) {
        return refuse('verification_failed', 'the key names another user, or none');
      }
      if (info.credentialDeviceType !== deviceType) {
        return refuse('verification_failed', 'whether the key can be synced has changed');
      }
      if (alone && !info.userVerified) return refuse('user_verification_missing', 'the device did not ask its owner');
      const use = { counter: info.newCounter, data: { backedUp: info.credentialBackedUp } };
      if (!(await noteUse(id, use))) {
        log.warn({ authenticator: id, userId }, 'the counter of a key did not go up: there may be a copy of it');
        return { ok: false, reason: 'credential_cloned' };
      }
      return { ok: true, authenticator, proof: proofOf(deviceType, info.userVerified && knewOwner) };
    },
  };
}
