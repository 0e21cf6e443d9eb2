import { type Collected, collectAttributes, missingAttributes, type User } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Task } from './task.ts';

export interface GiveAttributesNeeds {
  /** Adds what was given to what is known; a changed phone number counts as not verified. */
  addAttributes: (user: User, given: Collected) => Promise<void>;
}

/** What this app needs to know about its people and does not know about this one yet. */
export function giveAttributesTask({ addAttributes }: GiveAttributesNeeds): Task {
  return {
    name: 'give-attributes',
    sendsTo: () => undefined,
    due: async (user, client) => missingAttributes(user, client.attributes).length > 0,
    async begin({ user, client }) {
      const attributes = missingAttributes(user, client.attributes) as unknown as JsonObject[];
      return { view: 'tasks/give-attributes', show: { attributes }, remember: {} };
    },
    async complete({ user, client }, form) {
      const { collected, errors } = collectAttributes(form, missingAttributes(user, client.attributes));
      if (Object.keys(errors).length > 0) return { ok: false, reason: 'value_invalid', errors };
      await addAttributes(user, collected);
      return { ok: true };
    },
  };
}
