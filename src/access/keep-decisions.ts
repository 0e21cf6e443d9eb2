import type { Log } from '../base/index.ts';
import type { DecisionRow, Decisions } from '../store/index.ts';
import type { Assessment } from './assess.ts';

/** Writes a decision down under its reference. Resolves when it is written. @throws what the store threw */
export type KeepDecision = (assessment: Assessment) => Promise<void>;

/** Those of one turn of the event loop are one statement. */
export function createKeepDecision({ rows, log }: { rows: Pick<Decisions, 'insertMany'>; log: Log }): KeepDecision {
  let group: { rows: DecisionRow[]; written: Promise<void> } | undefined;

  function begin(): { rows: DecisionRow[]; written: Promise<void> } {
    const mine: DecisionRow[] = [];
    const written = new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        group = undefined;
        rows.insertMany(mine).then(resolve, (error: unknown) => {
          log.error({ decisions: mine.length, err: error }, 'decisions not written');
          reject(error);
        });
      });
    });
    return { rows: mine, written };
  }

  return (assessment) => {
    group ??= begin();
    group.rows.push(rowOf(assessment));
    return group.written;
  };
}

/** What is kept is what was looked at and what came out, as plain JSON: enough to explain it, and to ask it again. */
export function rowOf({ reference, decision, signals }: Assessment): DecisionRow {
  const { action, at, user, client } = signals;
  return {
    reference,
    at,
    action,
    outcome: decision.outcome,
    ...(user && { userId: user.id }),
    ...(client && { clientId: client.id }),
    signals: JSON.parse(JSON.stringify(signals)),
    decision: JSON.parse(JSON.stringify(decision)),
  };
}
