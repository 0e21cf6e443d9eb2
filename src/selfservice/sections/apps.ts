import type { AppAccess, WithdrawAccess } from '../../accounts/index.ts';
import { done, notFound, type Section } from '../section.ts';

export interface AppsNeeds {
  accessOf: (userId: string) => Promise<AppAccess[]>;
  withdraw: WithdrawAccess;
  /** Undefined for one that is gone. */
  appFace: (clientId: string) => { name: string; logo_uri?: string; uri?: string } | undefined;
  /** The account pages themselves. */
  own: string;
}

/** What apps may do in somebody's name. */
export function apps({ accessOf, withdraw, appFace, own }: AppsNeeds): Section {
  return {
    name: 'apps',
    async show({ user }) {
      const all = (await accessOf(user.id)).filter(({ clientId }) => clientId !== own);
      return {
        apps: all.map(({ clientId, scopes, since, lastUsedAt }) => ({
          id: clientId,
          ...(appFace(clientId) ?? { name: clientId }),
          scopes: scopes.filter((scope) => scope !== 'openid'),
          since,
          last_used_at: lastUsedAt,
        })),
      };
    },
    verbs: {
      withdraw: {
        secures: false,
        run: async ({ user, origin }, { id = '' }) =>
          (await withdraw(user.id, id, origin)) ? done('access_withdrawn') : notFound,
      },
    },
  };
}
