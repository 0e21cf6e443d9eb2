import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** The channel on which every instance hears that its snapshot of clients, keys and the like is old. */
export const SNAPSHOT_CHANNEL = 'snapshot';

/** To be called last in the transaction of every change of what the snapshot holds; the notice goes out with its commit. */
export async function raiseSnapshotVersion(db: Db): Promise<void> {
  await db.run(sql`
    with raised as (update snapshot_version set version = version + 1 returning version)
    select pg_notify(${SNAPSHOT_CHANNEL}, version::text) from raised`);
}
