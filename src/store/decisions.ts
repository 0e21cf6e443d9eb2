import type { EpochSeconds, JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { json, sql } from './sql.ts';

/** What policy decided, what it looked at, and why it came out so. */
export interface DecisionRow {
  /** What the person is told; unguessable enough that nobody finds another's. */
  reference: string;
  at: EpochSeconds;
  action: string;
  outcome: string;
  userId?: string;
  clientId?: string;
  signals: JsonObject;
  decision: JsonObject;
}

/** Append-only. */
export interface Decisions {
  /** One statement for all. */
  insertMany(decisions: readonly DecisionRow[]): Promise<void>;
  find(reference: string): Promise<DecisionRow | undefined>;
  /** Those of one person among these references. */
  listFor(userId: string, references: readonly string[]): Promise<DecisionRow[]>;
}

export function createDecisions(db: Db): Decisions {
  return {
    async insertMany(decisions) {
      if (decisions.length === 0) return;
      await db.run(sql`
        insert into decisions (reference, at, action, outcome, user_id, client_id, signals, decision)
        select d.reference, to_timestamp(d.at), d.action, d.outcome, d."userId", d."clientId", d.signals, d.decision
        from jsonb_to_recordset(${json(decisions)}::jsonb) as d(reference text, at float8, action text, outcome text,
          "userId" text, "clientId" text, signals jsonb, decision jsonb)
        on conflict (reference) do nothing`);
    },
    async find(reference) {
      const row = await db.maybe<{ found: DecisionRow }>(sql`
        select jsonb_strip_nulls(jsonb_build_object('reference', reference, 'at', floor(extract(epoch from at)),
          'action', action, 'outcome', outcome, 'userId', user_id, 'clientId', client_id))
          || jsonb_build_object('signals', signals, 'decision', decision) as found
        from decisions where reference = ${reference}`);
      return row?.found;
    },
    async listFor(userId, references) {
      const rows = await db.all<{ found: DecisionRow }>(sql`
        select jsonb_build_object('reference', reference, 'at', floor(extract(epoch from at)), 'action', action,
          'outcome', outcome, 'signals', signals, 'decision', decision) as found
        from decisions where user_id = ${userId} and reference = any(${[...references]}::text[])`);
      return rows.map(({ found }) => found);
    },
  };
}
