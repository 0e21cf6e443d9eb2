import type { ClientDemands, TermsDemand } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Task } from './task.ts';

export interface AcceptTermsNeeds {
  accepted: (userId: string) => Promise<{ termsId: string; version: string }[]>;
  accept: (userId: string, clientId: string, terms: { termsId: string; version: string }[]) => Promise<void>;
}

/** Terms that are new, or have a new version, since this person last accepted them. */
export function acceptTermsTask({ accepted, accept }: AcceptTermsNeeds): Task {
  async function open(userId: string, { terms }: ClientDemands): Promise<TermsDemand[]> {
    if (terms.length === 0) return [];
    const known = await accepted(userId);
    return terms.filter(({ id, version }) => !known.some((one) => one.termsId === id && one.version === version));
  }

  return {
    name: 'accept-terms',
    sends: false,
    due: async (user, client) => (await open(user.id, client)).length > 0,
    async begin({ user, client }) {
      const terms = await open(user.id, client);
      return { view: 'tasks/accept-terms', show: { terms: terms as unknown as JsonObject[] }, remember: {} };
    },
    async complete({ user, client }, form) {
      const terms = await open(user.id, client);
      const missing = terms.filter(({ id }) => !form[`terms.${id}`]);
      if (missing.length > 0) {
        const errors = Object.fromEntries(missing.map(({ id }) => [`terms.${id}`, 'terms_required']));
        return { ok: false, reason: 'terms_required', errors };
      }
      await accept(
        user.id,
        client.id,
        terms.map(({ id: termsId, version }) => ({ termsId, version })),
      );
      return { ok: true };
    },
  };
}
