import type { Json } from '../base/index.ts';

export interface EphemeralEntry {
  key: string;
  value: Json;
  /** Seconds to live. */
  ttl: number;
  /** Entries of one group can be dropped together. */
  group?: string;
}

/**
 * What may be lost: work in progress, throttles, caches. Redis, or an unlogged table of PostgreSQL.
 *
 * @throws AppError `unavailable` when the store does not answer within its time limit; nothing is queued for later.
 */
export interface Ephemeral {
  put(...entries: EphemeralEntry[]): Promise<void>;
  get(key: string): Promise<Json | undefined>;
  /** Reads and removes in one step: of any number of takers one gets the value. */
  take(key: string): Promise<Json | undefined>;
  /** Adds one and answers the count within the window that began with the first. @param window seconds */
  count(key: string, window: number): Promise<number>;
  drop(...keys: string[]): Promise<void>;
  dropGroup(group: string): Promise<void>;
  close(): Promise<void>;
}
