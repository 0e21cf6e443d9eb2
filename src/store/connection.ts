import { databaseError } from './database-errors.ts';
import type { Db, Row } from './db.ts';
import type { Statement } from './sql.ts';

/** One connection, as both drivers offer it. */
export interface Connection {
  query(statement: Statement): Promise<{ rows: Row[]; changed: number }>;
  /** Several statements without parameters, as in a migration. */
  script(text: string): Promise<void>;
}

/** The readers and writers of a {@link Db} over what runs one statement. */
export function dbOver(query: Connection['query'], tx: Db['tx']): Db {
  const rowsOf = async <R extends Row>(statement: Statement): Promise<R[]> => (await query(statement)).rows as R[];
  return {
    all: rowsOf,
    async one<R extends Row>(statement: Statement) {
      const [row] = await rowsOf<R>(statement);
      if (row === undefined) throw new Error(`no row from: ${statement.text}`);
      return row;
    },
    maybe: async <R extends Row>(statement: Statement) => (await rowsOf<R>(statement))[0],
    run: async (statement) => (await query(statement)).changed,
    tx,
  };
}

/**
 * What happens between begin and commit. After a refused statement PostgreSQL answers commit with a silent rollback;
 * so when the work swallowed that error it is thrown here: nothing is ever reported as done that was rolled back.
 */
export async function inTransaction<T>(connection: Connection, work: (db: Db) => Promise<T>): Promise<T> {
  const refused: unknown[] = [];
  const query: Connection['query'] = async (statement) => {
    try {
      return await connection.query(statement);
    } catch (error) {
      refused.push(databaseError(error));
      throw refused[0];
    }
  };
  const result = await work(dbOver(query, (part) => inSavepoint(connection, part)));
  if (refused.length > 0) throw refused[0];
  return result;
}

/** A transaction within a transaction: it can be given up and the rest kept. */
async function inSavepoint<T>(connection: Connection, work: (db: Db) => Promise<T>): Promise<T> {
  await connection.script('savepoint part');
  try {
    const result = await inTransaction(connection, work);
    await connection.script('release savepoint part');
    return result;
  } catch (error) {
    await connection.script('rollback to savepoint part; release savepoint part').catch(() => undefined);
    throw error;
  }
}
