import type { Section } from '../section.ts';
import { recoverySet, type StrengthNeeds, strengthOf } from '../strength.ts';

/** Where the account begins: who it is about, and what wants looking at. */
export function overview({ passwordOf, codesLeft }: StrengthNeeds): Section {
  return {
    name: 'overview',
    async show({ user, authenticators }) {
      const { givenName, familyName, email, deletionDueAt, picture } = user;
      const name = [givenName, familyName].filter(Boolean).join(' ');
      const set = recoverySet(authenticators);
      const [password, codes] = await Promise.all([passwordOf(user.id), set ? codesLeft(set.id) : 0]);
      return {
        ...(name === '' ? {} : { name }),
        identifier: email ?? '',
        ...(picture === undefined ? {} : { picture }),
        strength: strengthOf({ authenticators, password: password !== undefined, codes }),
        ...(deletionDueAt === undefined ? {} : { deletion_due_at: deletionDueAt }),
      };
    },
    verbs: {},
  };
}
