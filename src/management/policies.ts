import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import { type Policy, parsePolicies } from '../policy/index.ts';
import type { Resource } from './resource.ts';

/** One access policy, kept as it was written; its language is the policy room's own. */
export const policies: Resource = {
  kind: 'policy',
  section: 'policies',
  shape: { list: 'name' },
  schema: z.looseObject({ name: z.string() }).superRefine((body, context) => {
    const parsed = parsePolicies([body]);
    if (parsed.ok) return;
    for (const problem of parsed.problems) {
      context.addIssue({ code: 'custom', message: problem.replace(/^policies\[0\]\.?:? ?/, '') });
    }
  }) as unknown as z.ZodType<JsonObject>,
};

/** @throws Error for what could not have been applied. */
export function compilePolicies(bodies: readonly JsonObject[]): readonly Policy[] {
  const parsed = parsePolicies(bodies);
  if (!parsed.ok) throw new Error(`policies do not read: ${parsed.problems.join(' ')}`);
  return parsed.policies;
}
