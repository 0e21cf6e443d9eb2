import type { Clock, Log } from '../base/index.ts';
import type { AuditEvents, NewAuditEvent } from '../store/index.ts';
import type { AuditEvent } from './events.ts';

type Rows = Pick<AuditEvents, 'insertMany'>;

export interface Recorder {
  /**
   * Resolves when the event is written. What is recorded in one turn of the event loop, or while a write is under way,
   * is written together: one statement and one commit for all. @throws what the store threw, to all of a group.
   */
  record(event: AuditEvent): Promise<void>;
  /** Writes with the transaction whose store is given: there when, and only when, the change it reports is. */
  within(store: { auditEvents: Rows }, event: AuditEvent): Promise<void>;
  /** Resolves when nothing waits any more, whether it was written or refused. */
  flush(): Promise<void>;
}

export interface RecorderNeeds {
  rows: Rows;
  log: Log;
  clock: Clock;
  /** Milliseconds that an event waits for an earlier write before it is written beside it. */
  maxWaitMs?: number;
}

interface Waiting {
  row: NewAuditEvent;
  resolve(): void;
  reject(error: unknown): void;
}

/** A store that does not answer is not sent ever more. */
const MOST_WRITES = 4;

export function createRecorder({ rows, log, clock, maxWaitMs = 4 }: RecorderNeeds): Recorder {
  const writes = new Set<Promise<void>>();
  let group: Waiting[] = [];

  function begin(): void {
    if (group.length === 0 || writes.size >= MOST_WRITES) return;
    const events = group;
    group = [];
    const done = write(events).then(() => {
      writes.delete(done);
      begin();
    });
    writes.add(done);
  }

  async function write(events: readonly Waiting[]): Promise<void> {
    try {
      await rows.insertMany(events.map(({ row }) => row));
      for (const { resolve } of events) resolve();
    } catch (error) {
      log.error({ events: events.length, err: error }, 'audit events not written');
      for (const { reject } of events) reject(error);
    }
  }

  return {
    record(event) {
      const row = rowOf(event, clock());
      return new Promise((resolve, reject) => {
        group.push({ row, resolve, reject });
        if (group.length > 1) return;
        if (writes.size === 0) setImmediate(begin);
        else setTimeout(begin, maxWaitMs);
      });
    },
    async within({ auditEvents }, event) {
      await auditEvents.insertMany([rowOf(event, clock())]);
    },
    async flush() {
      for (begin(); writes.size > 0; begin()) await Promise.all(writes);
    },
  };
}

/** @param now epoch milliseconds; the row keeps them as a fraction of its seconds. */
function rowOf({ type, data, ...circumstances }: AuditEvent, now: number): NewAuditEvent {
  const known = Object.entries(circumstances).filter(([, value]) => value !== undefined);
  return { at: now / 1000, type, ...Object.fromEntries(known), data };
}
