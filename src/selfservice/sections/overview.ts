import type { Section } from '../section.ts';
import { strengthOf } from '../strength.ts';

/** Where the account begins: who it is about, and what wants looking at. */
export function overview(): Section {
  return {
    name: 'overview',
    async show({ user, authenticators }) {
      const { givenName, familyName, email, deletionDueAt, picture } = user;
      const name = [givenName, familyName].filter(Boolean).join(' ');
      return {
        ...(name === '' ? {} : { name }),
        identifier: email ?? '',
        ...(picture === undefined ? {} : { picture }),
        strength: strengthOf(authenticators),
        ...(deletionDueAt === undefined ? {} : { deletion_due_at: deletionDueAt }),
      };
    },
    verbs: {},
  };
}
