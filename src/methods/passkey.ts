import type { Authenticator } from '../accounts/index.ts';
import { type Clock, epochSeconds } from '../base/index.ts';
import type { WebAuthn } from '../verifiers/index.ts';
import type { Begun, MethodContext, SignInMethod } from './method.ts';

export interface PasskeyNeeds {
  webauthn: Pick<WebAuthn, 'assertionOptions' | 'assert'>;
  /** Whose key it is, before anybody has said who they are. */
  findByCredential: (credentialId: string) => Promise<{ authenticator: Authenticator } | undefined>;
  clock: Clock;
}

/**
 * A key that knows its user: it says who they are and proves it at once, with their finger, face or PIN. The browser is
 * asked for any key it has, whatever address was typed, so a page tells nobody whether an address has one.
 */
export function passkeyMethod({ webauthn, findByCredential, clock }: PasskeyNeeds): SignInMethod {
  const purposeOf = ({ signInId }: MethodContext) => `first:${signInId}`;

  function begin(context: MethodContext): Begun {
    const options = webauthn.assertionOptions(purposeOf(context));
    return { view: 'sign-in/passkey', show: { options }, remember: {} };
  }

  return {
    name: 'passkey',
    choosable: true,
    guessesAt: () => undefined,
    sendsTo: () => undefined,
    offered: (client) => client.methods.includes('passkey'),
    begin: async (context) => begin(context),
    upfront: async (context) => begin(context).show,

    async complete(context, { credential = '' }) {
      const verdict = await webauthn.assert(purposeOf(context), credential, {
        find: async (credentialId) => (await findByCredential(credentialId))?.authenticator,
        alone: true,
      });
      if (!verdict.ok) {
        const { reason } = verdict;
        // A challenge is answered once: the next try gets another. The first page, where nobody has said who they are,
        // carries a new one by itself.
        const again = context.identifier === undefined ? {} : { begun: begin(context) };
        return { ok: false, reason, errors: { '': reason }, ...again };
      }
      const { id, userId } = verdict.authenticator;
      const at = epochSeconds(clock);
      return { ok: true, userId, evidence: [{ by: 'webauthn', ...verdict.proof, at, credential: id }] };
    },
  };
}
