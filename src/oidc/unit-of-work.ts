import { AppError, type Json, type Log } from '../base/index.ts';
import type { Ephemeral, EphemeralEntry, OidcWrites, Store } from '../store/index.ts';

/**
 * What one request of the provider has read and wants to write. Reads are remembered, so nothing is asked twice; writes
 * are gathered and leave together just before the answer: one statement for PostgreSQL, one batch for the ephemeral
 * store. Whoever loses the race for a code or a refresh token learns it there, and gets no answer with tokens in it.
 */
export interface UnitOfWork {
  /** Reads once per key. */
  once<T>(key: string, read: () => Promise<T>): Promise<T>;
  /** Puts a value where {@link once} will find it. */
  remember(key: string, value: unknown): void;
  writes: OidcWrites;
  put(entry: EphemeralEntry): void;
  drop(key: string): void;
  flush(): Promise<Flushed>;
}

/** `lost`: a code or token had been used before. `ended`: the session was signed out meanwhile. */
export type Flushed = 'done' | 'lost' | 'ended';

export interface UnitOfWorkNeeds {
  tokens: Pick<Store['tokens'], 'commit'>;
  ephemeral: Pick<Ephemeral, 'put' | 'drop'>;
  log: Log;
}

/** Nothing to write yet. */
export function noWrites(): OidcWrites {
  return {
    sessions: [],
    sessionClients: [],
    grants: [],
    proofs: [],
    tokens: [],
    consume: [],
    retry: [],
    decisions: [],
  };
}

export function createUnitOfWork({ tokens, ephemeral, log }: UnitOfWorkNeeds): UnitOfWork {
  const reads = new Map<string, Promise<unknown>>();
  const puts = new Map<string, EphemeralEntry>();
  const drops = new Set<string>();
  const writes = noWrites();

  async function commit(): Promise<Flushed> {
    if (Object.values(writes).every((list) => list.length === 0)) return 'done';
    try {
      const { consumed, sessionsKept } = await tokens.commit(writes);
      if (!consumed) return 'lost';
      return sessionsKept ? 'done' : 'ended';
    } catch (error) {
      // A user deleted in this very moment: what would have been written for them has nothing to belong to.
      if (isForeignKeyViolation(error)) {
        log.info({}, 'a user was deleted while something was being issued to them');
        return 'ended';
      }
      throw error;
    }
  }

  return {
    async once<T>(key: string, read: () => Promise<T>): Promise<T> {
      let pending = reads.get(key);
      if (!pending) {
        pending = read();
        reads.set(key, pending);
      }
      return (await pending) as T;
    },
    remember: (key, value) => void reads.set(key, Promise.resolve(value)),
    writes,
    put(entry) {
      drops.delete(entry.key);
      puts.set(entry.key, entry);
    },
    drop(key) {
      puts.delete(key);
      drops.add(key);
    },
    async flush() {
      const [flushed] = await Promise.all([
        commit(),
        puts.size > 0 ? ephemeral.put(...puts.values()) : undefined,
        drops.size > 0 ? ephemeral.drop(...drops) : undefined,
      ]);
      for (const list of Object.values(writes)) list.length = 0;
      puts.clear();
      drops.clear();
      return flushed;
    },
  };
}

/** Ends a request whose writes did not all take: nothing it prepared may leave. */
export function refuseUnless(flushed: Flushed): void {
  if (flushed === 'done') return;
  throw new AppError('interaction_expired', 400, `a write of the provider was ${flushed}`);
}

function isForeignKeyViolation(error: unknown): boolean {
  return (error as { code?: Json } | undefined)?.code === '23503';
}
