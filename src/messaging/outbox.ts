import { setTimeout as sleep } from 'node:timers/promises';
import { type Json, type Log, newId, type Sealing } from '../base/index.ts';
import { createDelivery, sealingContext } from './delivery.ts';
import { createLane } from './lane.ts';
import type { Deliver, OutboxRows } from './outbox-rows.ts';

/**
 * Messages that leave this house, each committed with its cause and delivered afterwards: at least once. Between the
 * moment the other side took a message and the moment that is written down lies a gap; who dies in it sends the message
 * again, with the same id. Order is not kept.
 */
export interface Outbox<Payloads extends Record<string, Json>> {
  /** @param within the rows of the transaction it belongs to; without it the message is on its way at once. */
  enqueue<Kind extends keyof Payloads & string>(
    kind: Kind,
    payload: Payloads[Kind],
    within?: Pick<OutboxRows, 'add'>,
  ): Promise<void>;
  /** Begins to deliver, and goes on until `stop`. */
  start(): Promise<void>;
  wake(): void;
  /** Delivers all that is due: for tests, and before the end. Works without `start` too. */
  drain(): Promise<void>;
  /** Takes nothing more and waits a few seconds for what is under way; what is not done by then is repeated later. */
  stop(): Promise<void>;
}

export interface OutboxNeeds<Payloads extends Record<string, Json>> {
  rows: OutboxRows;
  sealing: Sealing;
  log: Log;
  /** How each kind of message is handed over. */
  deliver: { [Kind in keyof Payloads]: Deliver<Payloads[Kind]> };
  /** Calls back whenever messages were added by anybody; answers how to end that. */
  onNotice?: (heard: () => void) => Promise<() => void>;
}

/** Milliseconds between looks at the table: where nobody gives notice, and where one may have been missed. */
const LOOK = 1000;
const LOOK_WITH_NOTICES = 5000;
const STOP_WITHIN = 5000;

export function createOutbox<Payloads extends Record<string, Json>>(needs: OutboxNeeds<Payloads>): Outbox<Payloads> {
  const { rows, sealing, log, deliver, onNotice } = needs;
  const lanes = Object.entries<Deliver<never>>(deliver).map(([kind, one]) => {
    const attempt = createDelivery({ rows, sealing, log, deliver: one as Deliver<Json> });
    return createLane({ kind, rows, attempt, log });
  });
  let end = () => {};

  function wake(): void {
    for (const lane of lanes) lane.wake();
  }

  return {
    wake,

    async enqueue(kind, payload, within) {
      const id = newId();
      const sealed = sealing.seal(JSON.stringify(payload), sealingContext(id));
      await (within ?? rows).add({ id, kind, sealed });
      if (!within) wake();
    },

    async start() {
      const timer = setInterval(wake, onNotice ? LOOK_WITH_NOTICES : LOOK);
      const unsubscribe = await onNotice?.(wake);
      end = () => {
        clearInterval(timer);
        unsubscribe?.();
      };
      wake();
    },

    async drain() {
      await Promise.all(lanes.map((lane) => lane.drain()));
    },

    async stop() {
      end();
      const patience = new AbortController();
      const done = Promise.all(lanes.map((lane) => lane.close()));
      await Promise.race([done, sleep(STOP_WITHIN, undefined, { signal: patience.signal }).catch(() => undefined)]);
      patience.abort();
    },
  };
}
