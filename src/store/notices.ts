/**
 * Word between instances that something changed. A notice is a hint and may be missed while a connection is down, so
 * every subscriber is called once more after a reconnect: it looks for itself what is new.
 */
export interface Notices {
  /** Goes out at once. What goes with a change is sent by the statement or transaction of that change instead. */
  publish(channel: string, payload?: string): Promise<void>;
  /** Resolves when the channel is heard; the answer ends the subscription. The payload is empty after a reconnect. */
  subscribe(channel: string, onNotice: (payload: string) => void): Promise<() => void>;
}
