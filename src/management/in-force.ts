import type { Policy, Requirement } from '../policy/index.ts';
import type { Snapshot, Snapshots } from './snapshot.ts';

/** What deciding asks of the operator's resources, as they are at this moment. */
export interface PoliciesInForce {
  policies: () => readonly Policy[];
  /** Undefined for a client that is not known. */
  tagsOf: (clientId: string) => readonly string[] | undefined;
  /** Which of the operator's networks hold an address. */
  networksOf: (ip: string) => { names: readonly string[]; trusted: boolean };
  /** The version of each terms that counts now. */
  terms: () => readonly { id: string; version: string }[];
  /** Facts that cost a look into the database, and whether any policy asks for them. */
  wanted: () => { terms: boolean; passwordChange: boolean };
}

export function createPoliciesInForce(snapshots: Pick<Snapshots, 'current'>): PoliciesInForce {
  const wants = new WeakMap<Snapshot, { terms: boolean; passwordChange: boolean }>();

  function wanted(): { terms: boolean; passwordChange: boolean } {
    const snapshot = snapshots.current();
    const known = wants.get(snapshot) ?? wantsOf(snapshot.policies);
    wants.set(snapshot, known);
    return known;
  }

  return {
    policies: () => snapshots.current().policies,
    tagsOf: (clientId) => snapshots.current().clients.get(clientId)?.tags,
    networksOf: (ip) => snapshots.current().networksOf(ip),
    terms: () => [...snapshots.current().terms.values()],
    wanted,
  };
}

function wantsOf(policies: readonly Policy[]): { terms: boolean; passwordChange: boolean } {
  const kinds = new Set(policies.flatMap(({ demands }) => demands.flatMap(({ requirement }) => kindsOf(requirement))));
  return { terms: kinds.has('terms'), passwordChange: kinds.has('password_change') };
}

function kindsOf(requirement: Requirement): Requirement['require'][] {
  return requirement.require === 'any' ? requirement.of.flatMap(kindsOf) : [requirement.require];
}
