import type { Identity, LinkIdentity } from '../../accounts/index.ts';
import { done, notFound, refused, type Section } from '../section.ts';

export interface IdentitiesNeeds {
  identitiesOf: (userId: string) => Promise<Identity[]>;
  unlink: LinkIdentity['unlink'];
  /** Those in use. */
  providers: () => readonly { id: string; name: string; type: string }[];
}

/** Accounts elsewhere by which somebody gets in. */
export function identities({ identitiesOf, unlink, providers }: IdentitiesNeeds): Section {
  const nameOf = (id: string) => providers().find((one) => one.id === id)?.name ?? id;
  return {
    name: 'identities',
    empty: async ({ user }) => providers().length === 0 && (await identitiesOf(user.id)).length === 0,
    async show({ user }) {
      const linked = await identitiesOf(user.id);
      return {
        identities: linked.map(({ id, provider, email, linkedAt, lastUsedAt }) => ({
          id,
          provider: nameOf(provider),
          ...(email === undefined ? {} : { email }),
          linked_at: linkedAt,
          ...(lastUsedAt === undefined ? {} : { last_used_at: lastUsedAt }),
        })),
        choices: providers().map(({ id, name, type }) => ({ method: 'federated', choice: id, label: name, type })),
      };
    },
    verbs: {
      link: {
        secures: false,
        run: async (_visitor, { choice = '' }) =>
          providers().some(({ id }) => id === choice) ? { ok: true, purpose: `link:${choice}` } : notFound,
      },
      unlink: {
        secures: true,
        async run({ user, origin }, { id = '' }) {
          const identity = (await identitiesOf(user.id)).find((one) => one.id === id);
          if (!identity) return notFound;
          const outcome = await unlink(user, id, { ...origin, providerName: nameOf(identity.provider) });
          if (outcome === 'unknown') return notFound;
          return outcome === 'unlinked' ? done('unlinked') : refused('', outcome);
        },
      },
    },
  };
}
