import type { Recorder } from '../audit/index.ts';
import { newId } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import type { Collected } from './attributes.ts';
import type { TermsDemand } from './client-demands.ts';

/** A registration whose address has been proven. */
export interface Registration extends Collected {
  email: string;
  passwordHash?: string;
  clientId: string;
  terms: Pick<TermsDemand, 'id' | 'version'>[];
  ip?: string;
}

/** Makes the user, with everything that belongs to them, or nothing. @returns undefined when the address is taken. */
export type RegisterUser = (registration: Registration) => Promise<string | undefined>;

export function createRegisterUser({ store, recorder }: { store: Store; recorder: Recorder }): RegisterUser {
  return ({ email, passwordHash, clientId, terms, ip, attributes, ...columns }) =>
    store.tx(async (within) => {
      const id = newId();
      const made = await within.users.insert({ id, email, emailVerified: true, attributes, ...columns });
      if (!made) return undefined;
      if (passwordHash !== undefined) await within.passwords.put(id, passwordHash);
      if (terms.length > 0) {
        await within.acceptances.accept(
          id,
          clientId,
          terms.map(({ id: termsId, version }) => ({ termsId, version })),
        );
      }
      await recorder.within(within, { type: 'user.registered', userId: id, clientId, ip, data: {} });
      return id;
    });
}
