import type { Json } from '../base/index.ts';

/** A message that this worker holds until its lease ends. */
export interface ClaimedMessage {
  id: string;
  kind: string;
  sealed: string;
  /** This one included. */
  tries: number;
}

/** What the outbox asks of the table behind it. */
export interface OutboxRows {
  /** In the transaction of the change it tells of. */
  add(message: { id: string; kind: string; sealed: string }): Promise<void>;
  /** Takes what is due of one kind for `lease` seconds, and counts the try: no two callers get the same. */
  claim(want: { kind: string; limit: number; lease: number }): Promise<ClaimedMessage[]>;
  sent(id: string): Promise<void>;
  /** @param again.delay seconds until the next try. */
  retry(id: string, again: { delay: number; error: string }): Promise<void>;
  /** Given up. */
  fail(id: string, error: string): Promise<void>;
}

/**
 * Hands one message over; resolves when the other side has taken it.
 *
 * @param message.id the same for every try, for the other side to tell a repetition by.
 * @param message.signal aborted when the time limit is over; what goes on after that may be sent twice.
 * @throws DeliveryError with `final` when trying again is of no use; after any other error it is tried again.
 */
export type Deliver<Payload extends Json> = (
  payload: Payload,
  message: { id: string; signal: AbortSignal },
) => Promise<void>;
