import { parseExpectations } from '../policy/index.ts';
import { asWritten } from './as-written.ts';
import type { Resource } from './resource.ts';

/** What the operator expects of the policies: given these signals, this. */
export const policyTests: Resource = {
  kind: 'policy_test',
  section: 'policy_tests',
  shape: { list: 'name' },
  ...asWritten(['name', 'given', 'expect']),
  check(items, section) {
    const parsed = parseExpectations(items, section);
    return parsed.ok ? [] : parsed.problems;
  },
};
