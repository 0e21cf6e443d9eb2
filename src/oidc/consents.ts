import type { Recorder } from '../audit/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import type { Interaction } from './interactions.ts';

/** What the consent page asks about. */
export interface ConsentQuestion {
  scopes: string[];
  claims: string[];
  resources: Record<string, string[]>;
}

export interface Consents {
  question(interaction: Interaction): ConsentQuestion;
  /** Remembers what the person allowed, for this user and client, whatever the session. */
  allow(interaction: Interaction, userId: string): Promise<void>;
  deny(interaction: Interaction, userId: string): Promise<void>;
}

export function createConsents({ store, recorder }: { store: Store; recorder: Recorder }): Consents {
  function question({ prompt, params }: Interaction): ConsentQuestion {
    const {
      missingOIDCScope = [],
      missingOIDCClaims = [],
      missingResourceScopes = {},
    } = prompt.details as {
      missingOIDCScope?: string[];
      missingOIDCClaims?: string[];
      missingResourceScopes?: Record<string, string[]>;
    };
    // Asked for again by `prompt=consent`, everything is shown, what was allowed before included.
    const again = prompt.reasons.includes('consent_prompt') || prompt.reasons.includes('native_client_prompt');
    const scopes = again
      ? String(params.scope ?? '')
          .split(' ')
          .filter(Boolean)
      : missingOIDCScope;
    return { scopes, claims: missingOIDCClaims, resources: missingResourceScopes };
  }

  return {
    question,

    async allow(interaction, userId) {
      const { clientId } = interaction;
      const asked = question(interaction);
      await store.tx(async (within) => {
        const before = (await within.consents.find(userId, clientId)) ?? { scopes: [], claims: [], resources: {} };
        const resources = { ...before.resources };
        for (const [name, scopes] of Object.entries(asked.resources))
          resources[name] = union(resources[name] ?? [], scopes);
        await within.consents.put(userId, clientId, {
          scopes: union(before.scopes, asked.scopes),
          claims: union(before.claims, asked.claims),
          resources,
        });
        const data = { scopes: asked.scopes, claims: asked.claims } satisfies JsonObject;
        await recorder.within(within, { type: 'consent.granted', userId, clientId, data });
      });
    },

    async deny({ clientId }, userId) {
      await recorder.record({ type: 'consent.denied', userId, clientId, data: {} });
    },
  };
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
