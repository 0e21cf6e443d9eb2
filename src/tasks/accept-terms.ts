import { type TermsDemand, ticked } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Task, TaskContext } from './task.ts';

export interface AcceptTermsNeeds {
  /** Terms that a policy may name. */
  terms: (id: string) => TermsDemand | undefined;
  accepted: (userId: string) => Promise<{ termsId: string; version: string }[]>;
  accept: (userId: string, clientId: string, terms: { termsId: string; version: string }[]) => Promise<void>;
}

/** Terms that are new, or have a new version, since this person last accepted them. */
export function acceptTermsTask({ terms: termsById, accepted, accept }: AcceptTermsNeeds): Task {
  async function open(userId: string, asked: readonly TermsDemand[]): Promise<TermsDemand[]> {
    if (asked.length === 0) return [];
    const known = await accepted(userId);
    return asked.filter(({ id, version }) => !known.some((one) => one.termsId === id && one.version === version));
  }

  /** What the app wants accepted, and what policy wants accepted now. */
  function askedIn({ client, unmet }: Pick<TaskContext, 'client' | 'unmet'>): TermsDemand[] {
    const byPolicy = unmet
      .flatMap((one) => (one.require === 'any' ? one.of : [one]))
      .flatMap((one) => (one.require === 'terms' ? (termsById(one.id) ?? []) : []));
    return [...client.terms, ...byPolicy.filter(({ id }) => !client.terms.some((one) => one.id === id))];
  }

  return {
    name: 'accept-terms',
    meets: (requirement) => requirement.require === 'terms',
    sendsTo: () => undefined,
    due: async (user, client) => (await open(user.id, client.terms)).length > 0,
    async begin(context) {
      const terms = await open(context.user.id, askedIn(context));
      return { view: 'tasks/accept-terms', show: { terms: terms as unknown as JsonObject[] }, remember: {} };
    },
    async complete(context, form) {
      const { user, client } = context;
      const terms = await open(user.id, askedIn(context));
      const missing = terms.filter(({ id }) => !ticked(form[`terms.${id}`]));
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
