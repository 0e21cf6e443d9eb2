import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { type Backing, type RunningServer, type SetUp, startBacking, startServer } from './server.ts';

/** A server on PostgreSQL that a test attacks, with the database open beside it. */
export interface Fortress extends RunningServer {
  backing: Backing;
  /** Rows of one statement, past the server: to put things there, make them old, or look. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Log lines of level error or worse: each would be a bug. */
  faults(): string[];
}

export interface FortressOptions {
  file: string;
  setUp?: Exclude<SetUp, 'pglite'>;
  env?: Record<string, string>;
}

/** Stories on one server; afterwards its log must hold no error and it must still be healthy. */
export function besiege(name: string, options: FortressOptions, stories: Record<string, Story>): void {
  test(name, async (t) => {
    const backing = await startBacking(options.setUp ?? 'postgres');
    t.after(backing.close);
    const server = await startServer({ backing, file: options.file, env: options.env ?? {} });
    t.after(server.stop);
    const pool = new pg.Pool({ connectionString: backing.databaseUrl, max: 2 });
    pool.on('error', () => undefined);
    t.after(() => pool.end());
    const fortress: Fortress = {
      ...server,
      backing,
      sql: async (text, values = []) => (await pool.query(text, [...values])).rows,
      faults: () =>
        server
          .log()
          .split('\n')
          .filter((line) => /"level":(?:[5-9]\d|"error"|"fatal")/.test(line)),
    };
    for (const [guarantee, story] of Object.entries(stories)) await t.test(guarantee, () => story(fortress));
    await t.test('and the server is healthy, with no error in its log', async () => {
      assert.equal((await fetch(`${server.issuer}/health/ready`)).status, 200);
      assert.deepEqual(fortress.faults(), []);
    });
  });
}

export type Story = (server: Fortress) => Promise<void>;
