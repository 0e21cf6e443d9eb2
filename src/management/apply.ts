import { isDeepStrictEqual } from 'node:util';
import type { Recorder } from '../audit/index.ts';
import type { JsonObject, Sealing } from '../base/index.ts';
import type { ResourceChanges, ResourceRow, Store } from '../store/index.ts';
import { clientProblems, type Desired, planChanges } from './document.ts';
import { createKeptSecrets } from './kept-secrets.ts';
import { policySet } from './policy-set.ts';
import { reviewPolicies } from './review-policies.ts';

/** One line of a plan. `fields` are those that differ; of a resource that somebody else brought, the file takes over. */
export interface Difference {
  change: 'add' | 'change' | 'remove';
  kind: string;
  id: string;
  fields: string[];
}

export interface Outcome {
  /** What the provider does not accept of the file, and why its policies must not come into force. */
  problems: string[];
  /** What is odd about its policies. */
  warnings: string[];
  differences: Difference[];
}

export interface Apply {
  /** What would change. */
  plan(desired: readonly Desired[], options?: { force?: boolean }): Promise<Outcome>;
  /**
   * Makes it true, whole or not at all: with problems nothing changes.
   *
   * @param options.by the file or person that every change is put down to
   * @param options.force also with policies that would lock every administrator out, or that nobody can meet
   */
  apply(desired: readonly Desired[], options: { by: string; force?: boolean }): Promise<Outcome>;
}

export interface ApplyNeeds {
  store: Pick<Store, 'tx' | 'resources'>;
  recorder: Recorder;
  sealing: Pick<Sealing, 'seal' | 'open'>;
  /** The provider's own check of a client's metadata. */
  checkClient: (metadata: JsonObject) => string | undefined;
}

export function createApply({ store, recorder, sealing, checkClient }: ApplyNeeds): Apply {
  const secrets = createKeptSecrets({ sealing });

  function compare(desired: readonly Desired[], rows: readonly ResourceRow[], force: boolean) {
    const changes = planChanges(desired, rows);
    const { problems, warnings } = review(rows, changes, force);
    return {
      changes,
      outcome: {
        problems: [...clientProblems(desired, checkClient), ...problems],
        warnings,
        differences: differencesOf(changes, rows),
      },
    };
  }

  return {
    async plan(desired, { force = false } = {}) {
      return compare(desired, (await store.resources.all()).map(secrets.open), force).outcome;
    },
    apply: (desired, { by, force = false }) =>
      // Compared under the lock: of servers that start together one applies the file, and the others find it done.
      store.tx(async (within) => {
        await within.resources.lock();
        const { changes, outcome } = compare(desired, (await within.resources.all()).map(secrets.open), force);
        if (outcome.problems.length > 0) return { ...outcome, differences: [] };
        const sealed = { ...changes, put: changes.put.map(secrets.seal) };
        for (const { kind, id, change, version } of await within.resources.replaceAll(sealed, by)) {
          await recorder.within(within, { type: 'resource.changed', data: { kind, id, change, version, by } });
        }
        return outcome;
      }),
  };
}

/** Policies are judged as they would be with what others brought, too. What is in force already was insisted on once. */
function review(rows: readonly ResourceRow[], changes: ResourceChanges, force: boolean) {
  const { problems, objections, warnings } = reviewPolicies(policySet(changed(rows, changes)));
  if (objections.length === 0) return { problems, warnings };
  const before = force ? objections : reviewPolicies(policySet(rows)).objections;
  const still = objections.filter((one) => before.includes(one));
  const refused = objections.filter((one) => !before.includes(one));
  return { problems: [...problems, ...refused.map((one) => `${one}${INSIST}`)], warnings: [...still, ...warnings] };
}

const INSIST = ' If it is meant: sallyport apply --force.';

function changed(rows: readonly ResourceRow[], { put, remove }: ResourceChanges): Desired[] {
  const replaced = [...put, ...remove];
  const kept = rows.filter(({ kind, id }) => !replaced.some((one) => one.kind === kind && one.id === id));
  return [...kept, ...put];
}

function differencesOf({ put, remove }: ResourceChanges, rows: readonly ResourceRow[]): Difference[] {
  const changed = put.map(({ kind, id, body }): Difference => {
    const before = rows.find((row) => row.kind === kind && row.id === id);
    if (!before) return { change: 'add', kind, id, fields: [] };
    return { change: 'change', kind, id, fields: fieldsThatDiffer(before.body, body) };
  });
  return [...changed, ...remove.map(({ kind, id }): Difference => ({ change: 'remove', kind, id, fields: [] }))];
}

function fieldsThatDiffer(before: JsonObject, after: JsonObject): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.filter((field) => !isDeepStrictEqual(before[field], after[field])).sort();
}
