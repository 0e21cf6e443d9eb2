import type { EpochSeconds, Log } from '../base/index.ts';
import type { Database } from './database.ts';
import type { Ephemeral } from './ephemeral.ts';
import { createEphemeralPostgres } from './ephemeral-postgres.ts';
import { migrate } from './migrator.ts';
import type { Notices } from './notices.ts';
import { sql } from './sql.ts';
import { createStore, type Store } from './store.ts';
import { createSweep, type Sweep } from './sweep.ts';

export interface StoreOptions {
  /** A PostgreSQL server; without it the embedded one runs in `dataDir`. */
  databaseUrl?: string | undefined;
  dataDir: string;
  /** Where the ephemeral store is; without it, in PostgreSQL. */
  redisUrl?: string | undefined;
  log: Log;
  poolSize?: number | undefined;
}

export interface OpenStore {
  store: Store;
  ephemeral: Ephemeral;
  notices: Notices;
  sweep: Sweep;
  /** @returns the names of the migrations applied now. @throws AppError `migrations` when the schema is not ours. */
  migrate(): Promise<string[]>;
  /** @throws AppError `unavailable` when the database or Redis does not answer. */
  ping(): Promise<void>;
  /** What time it is for the database, with its fraction. */
  time(): Promise<EpochSeconds>;
  close(): Promise<void>;
}

export async function openStore({ databaseUrl, dataDir, redisUrl, log, poolSize }: StoreOptions): Promise<OpenStore> {
  const database = await openDatabase({ databaseUrl, dataDir, log, poolSize });
  const { db, notices } = database;
  const ephemeral = redisUrl === undefined ? createEphemeralPostgres(db) : await openRedis(redisUrl, log);
  return {
    store: createStore(db),
    ephemeral,
    notices,
    sweep: createSweep(db),
    migrate: () => database.alone(migrate),
    async ping() {
      await db.one(sql`select 1 as answer`);
      await ephemeral.get('ping');
    },
    async time() {
      return (await db.one<{ at: number }>(sql`select extract(epoch from clock_timestamp())::float8 as at`)).at;
    },
    async close() {
      await ephemeral.close();
      await database.close();
    },
  };
}

/** Each driver is loaded only where it is used. */
async function openDatabase({
  databaseUrl,
  dataDir,
  log,
  poolSize,
}: Omit<StoreOptions, 'redisUrl'>): Promise<Database> {
  if (databaseUrl === undefined) return (await import('./pglite.ts')).openPglite({ dataDir });
  return (await import('./postgres.ts')).openPostgres({ url: databaseUrl, log, poolSize });
}

async function openRedis(url: string, log: Log): Promise<Ephemeral> {
  return (await import('./ephemeral-redis.ts')).openEphemeralRedis({ url, log });
}
