import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { type Connection, dbOver, inTransaction } from './connection.ts';
import { lockDataDir } from './data-dir-lock.ts';
import type { Database } from './database.ts';
import { databaseError } from './database-errors.ts';
import { syncToDisk } from './pglite-sync.ts';
import { sql } from './sql.ts';

/**
 * The embedded PostgreSQL, in `<dataDir>/pgdata`. It has one connection: transactions queue, and inside one only the
 * `Db` that was given may be asked; asking the outer one would wait for itself.
 *
 * @throws AppError `data_dir_in_use` when another process has the folder open.
 */
export async function openPglite({ dataDir }: { dataDir: string }): Promise<Database> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockDataDir(dataDir);
  let pglite: PGlite;
  try {
    pglite = await start(join(dataDir, 'pgdata'));
  } catch (error) {
    unlock();
    throw error;
  }
  const connection = connectionOn(pglite);
  const db = dbOver(connection.query, async (work) => {
    try {
      return await pglite.transaction((tx) => inTransaction(connectionOn(tx), work));
    } catch (error) {
      throw databaseError(error);
    }
  });

  return {
    db,
    notices: {
      async publish(channel, payload = '') {
        await db.run(sql`select pg_notify(${channel}, ${payload})`);
      },
      async subscribe(channel, onNotice) {
        const end = await pglite.listen(channel, onNotice);
        return () => void end().catch(() => undefined);
      },
    },
    alone: (work) => work(connection),
    async close() {
      if (!pglite.closed) await pglite.close();
      unlock();
    },
  };
}

/** Loaded only here: it takes 400 MB and belongs in no process that has a database server. */
async function start(folder: string): Promise<PGlite> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create({
    dataDir: folder,
    // PGlite switches fsync off; its default sync method does nothing on this file system.
    startParams: [...PGlite.defaultStartParams, '-c', 'fsync=on', '-c', 'wal_sync_method=fsync'],
  });
  syncToDisk(pglite);
  return pglite;
}

function connectionOn(client: PGlite | Transaction): Connection {
  return {
    async query({ text, values }) {
      try {
        const { rows, affectedRows } = await client.query<Record<string, unknown>>(text, [...values]);
        return { rows, changed: affectedRows ?? rows.length };
      } catch (error) {
        throw databaseError(error);
      }
    },
    async script(text) {
      await client.exec(text);
    },
  };
}
