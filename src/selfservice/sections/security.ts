import {
  type Authenticator,
  isPasskey,
  isSecondFactor,
  type ManageAuthenticators,
  RECOVERY_CODE,
  type User,
} from '../../accounts/index.ts';
import type { JsonObject } from '../../base/index.ts';
import { type Factor, mayChoose } from '../../factors/index.ts';
import { done, leadsTo, notFound, refused, type Section } from '../section.ts';
import { recoverySet, type StrengthNeeds, strengthOf } from '../strength.ts';

export interface SecurityNeeds extends StrengthNeeds {
  factors: readonly Factor[];
  manage: ManageAuthenticators;
  /** Browsers that are spared the second factor. */
  trustedBrowsers: (userId: string) => Promise<number>;
}

const LONGEST_NAME = 60;

/** What somebody proves themselves with: how they get in, and what comes on top. */
export function security(needs: SecurityNeeds): Section {
  const { factors, manage, passwordOf, codesLeft, trustedBrowsers } = needs;

  const offered = (user: User, authenticators: readonly Authenticator[]) =>
    factors
      .filter((factor) => factor.name !== RECOVERY_CODE && mayChoose(factor, user, authenticators))
      .map(({ name }) => name);

  async function recoveryCodes(authenticators: readonly Authenticator[]) {
    const set = recoverySet(authenticators);
    const others = authenticators.some(isSecondFactor);
    return { offered: others, ...(set ? { left: await codesLeft(set.id), created_at: set.createdAt } : {}) };
  }

  return {
    name: 'security',
    async show({ user, authenticators }) {
      const [password, recovery, trusted] = await Promise.all([
        passwordOf(user.id),
        recoveryCodes(authenticators),
        trustedBrowsers(user.id),
      ]);
      return {
        strength: strengthOf({ authenticators, password: password !== undefined, codes: recovery.left ?? 0 }),
        password: {
          set: password !== undefined,
          ...(password ? { changed_at: password.changedAt } : {}),
          removable: password !== undefined && authenticators.some(isPasskey),
        },
        authenticators: authenticators.filter(isSecondFactor).map(shown),
        add: offered(user, authenticators),
        recovery_codes: recovery,
        trusted_browsers: trusted,
      };
    },
    verbs: {
      add: {
        secures: false,
        async run({ user, authenticators }, { factor = '' }) {
          const known = offered(user, authenticators).includes(factor);
          return known ? { ok: true, purpose: `enroll:${factor}` } : notFound;
        },
      },
      'new-codes': leadsTo(() => `enroll:${RECOVERY_CODE}`),
      'change-password': leadsTo(() => 'task:change-password'),
      rename: {
        secures: false,
        async run({ user, origin }, { id = '', name = '' }) {
          const tidy = name.replace(/\p{C}/gu, '').trim();
          if (tidy === '') return refused('name', 'required');
          const short = [...tidy].slice(0, LONGEST_NAME).join('');
          return (await manage.rename(user, id, short, origin)) ? done('renamed') : notFound;
        },
      },
      remove: {
        secures: true,
        async run({ user, origin }, { id = '' }) {
          const outcome = await manage.remove(user, id, origin);
          if (outcome === 'unknown') return notFound;
          return outcome === 'removed' ? done('removed') : refused('', outcome);
        },
      },
      'remove-password': {
        secures: true,
        async run({ user, sessionUid, origin }) {
          const outcome = await manage.removePassword(user, sessionUid, origin);
          if (outcome === 'unknown') return notFound;
          return outcome === 'removed' ? done('password_removed') : refused('', 'password_is_needed');
        },
      },
      'forget-browsers': {
        secures: false,
        async run({ user, origin }) {
          await manage.forgetTrust(user, origin);
          return done('browsers_forgotten');
        },
      },
    },
  };
}

/** What may be shown of it. */
function shown({ id, factor, name, data, createdAt, lastUsedAt }: Authenticator): JsonObject {
  const phone = typeof data.phone === 'string' ? { phone_number: data.phone } : {};
  const key = factor === 'webauthn' ? { passkey: data.userVerified !== false, synced: data.backedUp === true } : {};
  return {
    id,
    factor,
    ...(name === undefined ? {} : { name }),
    ...phone,
    ...key,
    created_at: createdAt,
    ...(lastUsedAt === undefined ? {} : { last_used_at: lastUsedAt }),
  };
}
