import type { JsonObject } from '../base/index.ts';
import type { ResourceRow, Resources } from '../store/index.ts';
import { clientProblems, type Desired, planChanges } from './document.ts';

/** One line of a plan. `fields` are those that differ; of a resource that somebody else brought, the file takes over. */
export interface Difference {
  change: 'add' | 'change' | 'remove';
  kind: string;
  id: string;
  fields: string[];
}

export interface Apply {
  /** What would change, and what the provider does not accept of the file. */
  plan(desired: readonly Desired[]): Promise<{ problems: string[]; differences: Difference[] }>;
  /** Makes it true, whole or not at all: with problems nothing changes. */
  apply(desired: readonly Desired[]): Promise<{ problems: string[]; differences: Difference[] }>;
}

export interface ApplyNeeds {
  resources: Pick<Resources, 'all' | 'replaceAll'>;
  /** The provider's own check of a client's metadata. */
  checkClient: (metadata: JsonObject) => string | undefined;
}

export function createApply({ resources, checkClient }: ApplyNeeds): Apply {
  async function compare(desired: readonly Desired[]) {
    const rows = await resources.all();
    const changes = planChanges(desired, rows);
    return { problems: clientProblems(desired, checkClient), changes, differences: differencesOf(changes, rows) };
  }

  return {
    async plan(desired) {
      const { problems, differences } = await compare(desired);
      return { problems, differences };
    },
    async apply(desired) {
      const { problems, changes, differences } = await compare(desired);
      if (problems.length > 0) return { problems, differences: [] };
      await resources.replaceAll(changes);
      return { problems, differences };
    },
  };
}

function differencesOf({ put, remove }: ReturnType<typeof planChanges>, rows: readonly ResourceRow[]): Difference[] {
  const changed = put.map(({ kind, id, body }): Difference => {
    const before = rows.find((row) => row.kind === kind && row.id === id);
    if (!before) return { change: 'add', kind, id, fields: [] };
    return { change: 'change', kind, id, fields: fieldsThatDiffer(before.body, body) };
  });
  return [...changed, ...remove.map(({ kind, id }): Difference => ({ change: 'remove', kind, id, fields: [] }))];
}

function fieldsThatDiffer(before: JsonObject, after: JsonObject): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).sort();
}
