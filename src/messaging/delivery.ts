import type { Json, Log, Sealing } from '../base/index.ts';
import { DeliveryError, describeError } from './delivery-error.ts';
import type { ClaimedMessage, Deliver, OutboxRows } from './outbox-rows.ts';
import { retryDelay } from './retry-delay.ts';

export interface DeliveryNeeds {
  rows: Pick<OutboxRows, 'sent' | 'retry' | 'fail'>;
  sealing: Sealing;
  log: Log;
  deliver: Deliver<Json>;
}

/** Seconds for one delivery. Less than the lease, so that nobody else takes a message while it is on its way. */
const TIME_LIMIT = 30;

/** A sealed payload opens only for the message it was made for. */
export function sealingContext(id: string): string {
  return `outbox:${id}`;
}

/** One try at one message, and the word of how it went. Never throws: what could not be written down is tried again. */
export function createDelivery({ rows, sealing, log, deliver }: DeliveryNeeds): (it: ClaimedMessage) => Promise<void> {
  async function handOver({ id, sealed }: ClaimedMessage): Promise<void> {
    const payload: Json = JSON.parse(sealing.open(sealed, sealingContext(id)));
    const limit = new AbortController();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      limit.abort();
      late.reject(new DeliveryError(`not done within ${TIME_LIMIT} s`, { final: false }));
    }, TIME_LIMIT * 1000);
    try {
      await Promise.race([deliver(payload, { id, signal: limit.signal }), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function failed({ id, kind, tries }: ClaimedMessage, cause: unknown): Promise<void> {
    const error = describeError(cause);
    const delay = cause instanceof DeliveryError && cause.final ? undefined : retryDelay(tries);
    if (delay === undefined) {
      log.error({ id, kind, tries, error }, 'message given up');
      await rows.fail(id, error);
    } else {
      log.warn({ id, kind, tries, error, delay }, 'message not delivered, will be tried again');
      await rows.retry(id, { delay, error });
    }
  }

  return async (message) => {
    try {
      const refusal = await handOver(message).then(
        () => undefined,
        (cause: unknown) => ({ cause }),
      );
      await (refusal ? failed(message, refusal.cause) : rows.sent(message.id));
    } catch (error) {
      const { id, kind } = message;
      log.error({ id, kind, error: describeError(error) }, 'outcome of a delivery not kept, it will be repeated');
    }
  };
}
