import type { Authenticator, User } from '../accounts/index.ts';
import { type Clock, epochSeconds, newId } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import type { WebAuthn, WebAuthnProof, WebAuthnRefusal } from '../verifiers/index.ts';
import type { Factor, FactorContext, FactorPage, FactorRefused } from './factor.ts';
import { passkeyName } from './passkey-name.ts';

export interface WebAuthnFactorNeeds {
  webauthn: WebAuthn;
  authenticatorsOf: (userId: string) => Promise<Authenticator[]>;
  clock: Clock;
}

export const WEBAUTHN = 'webauthn';

/** More than anybody needs; a browser is told of every one of them. */
const MOST = 20;

/** A passkey or security key after a first factor. With the owner's finger, face or PIN it is two kinds by itself. */
export function webauthnFactor({ webauthn, authenticatorsOf, clock }: WebAuthnFactorNeeds): Factor {
  const evidence = (proof: WebAuthnProof, credential: string): Evidence => ({
    by: WEBAUTHN,
    ...proof,
    at: epochSeconds(clock),
    credential,
  });

  function challenge(context: FactorContext, authenticators: readonly Authenticator[]): FactorPage {
    const options = webauthn.assertionOptions(purposeOf('second', context), keysOf(authenticators));
    return { view: 'factors/webauthn', show: { options }, remember: {} };
  }

  function creation(context: FactorContext, authenticators: readonly Authenticator[]): FactorPage {
    const options = webauthn.registrationOptions(
      purposeOf('enroll', context),
      named(context.user),
      keysOf(authenticators),
    );
    return { view: 'enroll/webauthn', show: { options }, remember: {} };
  }

  return {
    name: WEBAUTHN,
    gives: { kinds: ['possession', 'inherence'], phishingResistant: true },
    usable: (_user, authenticators) => keysOf(authenticators).length > 0,
    sendsTo: () => undefined,
    begin: async (context, authenticators) => challenge(context, authenticators),

    async complete(context, { credential }, _remembered, authenticators) {
      const keys = keysOf(authenticators);
      const verdict = await webauthn.assert(purposeOf('second', context), credential ?? '', {
        find: async (credentialId) => keys.find((one) => one.credentialId === credentialId),
        alone: false,
      });
      // A challenge is answered once: the next try gets another.
      if (!verdict.ok) return refused(verdict.reason, challenge(context, authenticators));
      return { ok: true, evidence: evidence(verdict.proof, verdict.authenticator.id) };
    },

    enrollment: {
      offered: (_user, authenticators) => keysOf(authenticators).length < MOST,
      sendsTo: () => undefined,
      begin: async (context, authenticators) => creation(context, authenticators),

      async complete(context, form) {
        const verdict = await webauthn.register(purposeOf('enroll', context), form.credential ?? '');
        if (!verdict.ok) return refused(verdict.reason, creation(context, await authenticatorsOf(context.user.id)));
        const { credentialId, counter, data, proof } = verdict;
        const name = passkeyName(form.name, data, context.userAgent);
        const id = newId();
        return {
          ok: true,
          evidence: [evidence(proof, id)],
          authenticator: { id, credentialId, counter, data, ...(name === undefined ? {} : { name }) },
        };
      },
    },
  };
}

function keysOf(authenticators: readonly Authenticator[]): Authenticator[] {
  return authenticators.filter((one) => one.factor === WEBAUTHN);
}

/** A challenge is for one person in one sign-in, and either for using a key or for making one. */
function purposeOf(act: 'second' | 'enroll', { signInId, user }: FactorContext): string {
  return `${act}:${signInId}:${user.id}`;
}

function named({ id, email, givenName, familyName }: User) {
  const name = email ?? id;
  return { id, name, displayName: [givenName, familyName].filter(Boolean).join(' ') || name };
}

function refused(reason: WebAuthnRefusal, page: FactorPage): FactorRefused {
  return { ok: false, reason, errors: { '': reason }, page };
}
