import { after, before, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import type { Database } from '../../src/store/database.ts';
import { openPglite } from '../../src/store/pglite.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { newDatabase, newDataDir, startPostgres } from '../support/services.ts';

export interface Opened extends Database {
  store: Store;
}

type Cases = Record<string, (opened: Opened) => Promise<void>>;

const log = createLog('silent');

/** Each guarantee is tested on the embedded database and on a server; the test's name says which. */
export function onEveryDriver(cases: Cases): void {
  onDriver('PGlite', async () => openPglite({ dataDir: await newDataDir() }), cases);
  onDriver('PostgreSQL', openServer, cases);
}

async function openServer(): Promise<Database> {
  const server = await startPostgres();
  const database = openPostgres({ url: await newDatabase(server), log });
  return {
    ...database,
    async close() {
      await database.close();
      await server.close();
    },
  };
}

function onDriver(driver: string, open: () => Promise<Database>, cases: Cases): void {
  let opened: Opened;
  before(async () => {
    const database = await open();
    opened = { ...database, store: createStore(database.db) };
  });
  after(() => opened?.close());
  for (const [guarantee, work] of Object.entries(cases)) test(`${guarantee} [${driver}]`, () => work(opened));
}

let people = 0;

/** Somebody to own what a test writes. */
export async function newUser(store: Store): Promise<string> {
  const id = `user-${++people}`;
  await store.users.insert({ id, email: `${id}@example.com`, emailVerified: true });
  return id;
}

/** Seconds since the epoch, some time from now. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
