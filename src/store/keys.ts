import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { raiseSnapshotVersion } from './snapshot.ts';
import { sql } from './sql.ts';

/** A private key. It is published from the start, used from `activeFrom`, and published until `retiresAt`. */
export interface KeyRow {
  id: string;
  purpose: string;
  alg: string;
  /** See Sealing in base. */
  sealed: string;
  createdAt: EpochSeconds;
  activeFrom: EpochSeconds;
  retiresAt?: EpochSeconds;
}

/** Every change raises the snapshot's version and tells all instances. */
export interface Keys {
  /** Until the transaction ends, nobody else makes or retires keys. */
  lock(): Promise<void>;
  /** By `activeFrom`, the earliest first. */
  list(): Promise<KeyRow[]>;
  insert(key: Omit<KeyRow, 'createdAt'>): Promise<void>;
  update(
    id: string,
    changes: { activeFrom?: EpochSeconds; retiresAt?: EpochSeconds; sealed?: string },
  ): Promise<boolean>;
  remove(id: string): Promise<boolean>;
}

interface Selected extends Record<string, unknown> {
  id: string;
  purpose: string;
  alg: string;
  sealed: string;
  created_at: number;
  active_from: number;
  retires_at: number | null;
}

export function createKeys(db: Db): Keys {
  const changing = (work: (db: Db) => Promise<number>): Promise<boolean> =>
    db.tx(async (tx) => {
      const changed = (await work(tx)) > 0;
      if (changed) await raiseSnapshotVersion(tx);
      return changed;
    });
  return {
    async lock() {
      await db.one(sql`select pg_advisory_xact_lock(hashtext('sallyport keys'))::text as locked`);
    },
    async list() {
      const rows = await db.all<Selected>(sql`
        select id, purpose, alg, sealed, extract(epoch from created_at)::int as created_at,
          extract(epoch from active_from)::int as active_from, extract(epoch from retires_at)::int as retires_at
        from keys order by keys.active_from, id`);
      return rows.map(keyFrom);
    },
    async insert({ id, purpose, alg, sealed, activeFrom, retiresAt }) {
      await changing((tx) =>
        tx.run(sql`
          insert into keys (id, purpose, alg, sealed, active_from, retires_at)
          values (${id}, ${purpose}, ${alg}, ${sealed}, to_timestamp(${activeFrom}), to_timestamp(${retiresAt ?? null}))`),
      );
    },
    update(id, { activeFrom, retiresAt, sealed }) {
      return changing((tx) =>
        tx.run(sql`
          update keys set active_from = coalesce(to_timestamp(${activeFrom ?? null}), active_from),
            retires_at = coalesce(to_timestamp(${retiresAt ?? null}), retires_at), sealed = coalesce(${sealed ?? null}, sealed)
          where id = ${id}`),
      );
    },
    remove: (id) => changing((tx) => tx.run(sql`delete from keys where id = ${id}`)),
  };
}

function keyFrom({ id, purpose, alg, sealed, created_at, active_from, retires_at }: Selected): KeyRow {
  const key: KeyRow = { id, purpose, alg, sealed, createdAt: created_at, activeFrom: active_from };
  return retires_at === null ? key : { ...key, retiresAt: retires_at };
}
