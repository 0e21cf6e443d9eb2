import type { AttributeDemand } from '../accounts/index.ts';
import { durationSeconds } from '../policy/index.ts';
import { attributeDemand } from './attributes.ts';
import type { IdentityProviderResource } from './identity-providers.ts';
import type { Snapshot } from './snapshot.ts';

/** An upstream provider as sign-in asks for it. */
export interface ProviderFacts {
  id: string;
  type: string;
  name: string;
  domains: readonly string[];
  trustEmail: readonly string[];
  trustMfa: { amr: readonly string[]; acr: readonly string[]; within: number } | undefined;
  takes: readonly AttributeDemand[];
  updates: Readonly<Record<string, 'always' | 'when_empty' | 'never'>>;
}

/** Standard claims that are taken over unasked; whatever else a provider says counts only where the operator maps it. */
const STANDARD = ['given_name', 'family_name', 'locale'];

/** Those in use, computed once per snapshot. */
export function createProviderFacts(current: () => Snapshot): () => readonly ProviderFacts[] {
  const known = new WeakMap<Snapshot, readonly ProviderFacts[]>();
  return () => {
    const snapshot = current();
    const facts = known.get(snapshot) ?? [...snapshot.identityProviders.values()].filter(isUsed).map(factsIn(snapshot));
    known.set(snapshot, facts);
    return facts;
  };
}

const NAMES: Readonly<Record<string, string>> = {
  google: 'Google',
  microsoft: 'Microsoft',
  apple: 'Apple',
  facebook: 'Facebook',
  github: 'GitHub',
};

const isUsed = ({ enabled }: IdentityProviderResource) => enabled;

function factsIn({ attributes }: Snapshot): (provider: IdentityProviderResource) => ProviderFacts {
  return ({ id, type, display_name, domains, trust_email, trust_mfa, claims = {}, updates }) => {
    const mapped = [...new Set([...STANDARD, ...Object.keys(claims)])];
    const takes = mapped.flatMap((one) => attributeDemand(one, false, (own) => attributes.get(own)) ?? []);
    const { amr = [], acr = [], within = '0s' } = trust_mfa ?? {};
    const trustMfa = trust_mfa && { amr, acr, within: durationSeconds(within) ?? 0 };
    const name = display_name ?? NAMES[type] ?? id;
    return { id, type, name, domains, trustEmail: trust_email, trustMfa, takes, updates };
  };
}
