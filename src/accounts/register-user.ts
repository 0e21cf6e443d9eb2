import type { Recorder } from '../audit/index.ts';
import { newId, unavailable } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import type { Collected } from './attributes.ts';
import type { TermsDemand } from './client-demands.ts';
import type { ArrivedIdentity } from './link-identity.ts';

/** A registration whose address has been proven. */
export interface Registration extends Collected {
  email: string;
  passwordHash?: string;
  /** As whom an upstream provider vouched for them. */
  identity?: ArrivedIdentity;
  clientId: string;
  terms: Pick<TermsDemand, 'id' | 'version'>[];
  ip?: string;
}

/**
 * Makes the user, with everything that belongs to them, or nothing. @returns undefined when the address is taken.
 * @throws AppError `unavailable` when the identity became somebody's at this very moment.
 */
export type RegisterUser = (registration: Registration) => Promise<string | undefined>;

export function createRegisterUser({ store, recorder }: { store: Store; recorder: Recorder }): RegisterUser {
  return ({ email, passwordHash, identity, clientId, terms, ip, attributes, ...columns }) =>
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
      if (identity) await addIdentity(within, id, identity);
      return id;
    });

  async function addIdentity(within: Store, userId: string, { provider, ...who }: ArrivedIdentity): Promise<void> {
    const id = newId();
    if (!(await within.identities.add({ ...who, provider, id, userId }))) {
      throw unavailable('an identity was linked twice at once', undefined);
    }
    const data = { provider, identity: id, by: 'registration' } as const;
    await recorder.within(within, { type: 'identity.linked', userId, data });
  }
}
