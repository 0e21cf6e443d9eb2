import type { Log } from '../base/index.ts';
import { describeError } from './delivery-error.ts';
import type { ClaimedMessage, OutboxRows } from './outbox-rows.ts';

/** The deliveries of one kind. Each kind has its own, so that slow peers of one keep no other waiting. */
export interface Lane {
  /** Looks for what is due and begins to deliver it. Any number of calls while one look is under way are one more. */
  wake(): void;
  /** Delivers until nothing is due and nothing under way. */
  drain(): Promise<void>;
  /** Takes no more; resolves when what is under way has ended. */
  close(): Promise<void>;
}

export interface LaneNeeds {
  kind: string;
  rows: Pick<OutboxRows, 'claim'>;
  /** Never throws. */
  attempt: (message: ClaimedMessage) => Promise<void>;
  log: Log;
}

const ABREAST = 8;

/** Seconds. A message whose worker died is taken by another after this. */
const LEASE = 60;

export function createLane({ kind, rows, attempt, log }: LaneNeeds): Lane {
  const underWay = new Set<Promise<void>>();
  let claims: Promise<unknown> = Promise.resolve();
  let queued = false;
  let closed = false;
  // The last claim took all it might: there may be more as soon as one place is free.
  let more = false;

  /** One claim after another, so that the places it counted are free when its messages come. */
  function take(): Promise<number> {
    const taken = claims.then(async () => {
      queued = false;
      const limit = closed ? 0 : ABREAST - underWay.size;
      more = true;
      if (limit === 0) return 0;
      const messages = await rows.claim({ kind, limit, lease: LEASE });
      more = messages.length >= limit;
      for (const message of messages) begin(message);
      return messages.length;
    });
    claims = taken.catch(() => 0);
    return taken;
  }

  function begin(message: ClaimedMessage): void {
    const delivery = attempt(message).then(() => {
      underWay.delete(delivery);
      if (more) wake();
    });
    underWay.add(delivery);
  }

  function wake(): void {
    if (queued || closed) return;
    queued = true;
    take().catch((error: unknown) => log.error({ kind, error: describeError(error) }, 'outbox not readable'));
  }

  return {
    wake,
    async drain() {
      do await Promise.all(underWay);
      while ((await take()) > 0 || underWay.size > 0);
    },
    async close() {
      closed = true;
      await claims;
      await Promise.all(underWay);
    },
  };
}
