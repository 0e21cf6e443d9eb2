import type { Statement } from './sql.ts';

/** A row as both drivers give it: text, int4, boolean, jsonb (parsed), timestamptz (Date), bytea (Uint8Array). */
export type Row = Record<string, unknown>;

/**
 * PostgreSQL, a server by `pg` or embedded by PGlite: the same SQL, the same types.
 *
 * @throws AppError `unavailable` when the database does not answer; a violated constraint throws as
 * {@link UniqueViolation}; everything else is a bug and throws as it comes.
 */
export interface Db {
  all<R extends Row>(statement: Statement): Promise<R[]>;
  /** Exactly one row. @throws Error when there is none. */
  one<R extends Row>(statement: Statement): Promise<R>;
  /** The first row, if any. */
  maybe<R extends Row>(statement: Statement): Promise<R | undefined>;
  /** How many rows were changed. */
  run(statement: Statement): Promise<number>;
  /** One transaction; a thrown error rolls back. Inside it no network, hashing or mail is awaited. */
  tx<T>(work: (db: Db) => Promise<T>): Promise<T>;
}
