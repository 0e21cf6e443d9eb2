import type { JsonObject } from '../base/index.ts';
import { type Policy, parsePolicies } from '../policy/index.ts';
import { asWritten } from './as-written.ts';
import type { Resource } from './resource.ts';

/** One access policy; its language is the policy room's own. */
export const policies: Resource = {
  kind: 'policy',
  section: 'policies',
  shape: { list: 'name' },
  ...asWritten(['name', 'description', 'mode', 'if', 'then']),
  check(items, section) {
    const parsed = parsePolicies(items, section);
    return parsed.ok ? [] : parsed.problems;
  },
};

/** @throws Error for what could not have been applied. */
export function compilePolicies(bodies: readonly JsonObject[]): readonly Policy[] {
  const parsed = parsePolicies(bodies);
  if (!parsed.ok) throw new Error(`policies do not read: ${parsed.problems.join(' ')}`);
  return parsed.policies;
}
