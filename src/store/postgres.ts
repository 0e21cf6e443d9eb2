import { createHash } from 'node:crypto';
import pg from 'pg';
import { AppError, type Log } from '../base/index.ts';
import { type Connection, dbOver, inTransaction } from './connection.ts';
import type { Database } from './database.ts';
import { databaseError } from './database-errors.ts';
import type { Db } from './db.ts';
import { createPostgresNotices } from './notices-postgres.ts';

export interface PostgresOptions {
  url: string;
  log: Log;
  /** Connections kept by this process; about twice the cores of the database server, divided by the processes. */
  poolSize?: number | undefined;
  /** Milliseconds after which the server gives a statement up. */
  statementTimeout?: number | undefined;
}

export function openPostgres({ url, log, poolSize = 10, statementTimeout = 5000 }: PostgresOptions): Database {
  const connectionOn = connections();
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'sallyport',
    max: poolSize,
    connectionTimeoutMillis: 2000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1800,
    statement_timeout: statementTimeout,
    // Later than the server's own limit: it is for a server that no longer answers.
    query_timeout: statementTimeout + 1000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
  });
  // Without a listener a lost idle connection would end the process; the pool replaces it by itself.
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection was lost'));

  /** A connection that failed is thrown away; one whose statement was refused is as good as before. */
  async function borrow<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await pool.connect();
    } catch (error) {
      throw databaseError(error);
    }
    let lost = false;
    const onError = () => {
      lost = true;
    };
    client.on('error', onError);
    try {
      return await work(connectionOn(client));
    } catch (error) {
      const told = databaseError(error);
      lost ||= isLost(told);
      throw told;
    } finally {
      client.off('error', onError);
      client.release(lost);
    }
  }

  const db = dbOver(
    (statement) => borrow((connection) => connection.query(statement)),
    (work) => borrow((connection) => transaction(connection, work)),
  );
  const notices = createPostgresNotices({ url, db, log });
  return {
    db,
    notices,
    async alone(work) {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
      client.on('error', (error) => log.warn({ error: error.message }, 'the connection of a migration was lost'));
      try {
        await client.connect();
        return await work(connectionOn(client));
      } catch (error) {
        throw databaseError(error);
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    async close() {
      await notices.close();
      await pool.end();
    },
  };
}

/** Statements are prepared once per connection, under a name made from the text: one name never means two texts. */
function connections(): (client: pg.ClientBase) => Connection {
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    let name = names.get(text);
    if (name === undefined) {
      name = createHash('sha256').update(text).digest('base64url').slice(0, 16);
      names.set(text, name);
    }
    return name;
  };
  return (client) => ({
    async query({ text, values }) {
      const { rows, rowCount } = await client.query({ name: nameOf(text), text, values: [...values] });
      return { rows, changed: rowCount ?? 0 };
    },
    async script(text) {
      await client.query(text);
    },
  });
}

const isLost = (told: unknown): boolean => told instanceof AppError && told.code === 'unavailable';

async function transaction<T>(connection: Connection, work: (db: Db) => Promise<T>): Promise<T> {
  await connection.script('begin');
  try {
    const result = await inTransaction(connection, work);
    await connection.script('commit');
    return result;
  } catch (error) {
    // A connection that does not answer is thrown away, and the server rolls back by itself.
    if (!isLost(databaseError(error))) await connection.script('rollback').catch(() => undefined);
    throw error;
  }
}
