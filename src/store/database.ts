import type { Connection } from './connection.ts';
import type { Db } from './db.ts';
import type { Notices } from './notices.ts';

/** An open database, whichever driver it came from. */
export interface Database {
  db: Db;
  notices: Notices;
  /** A connection that nobody shares and no time limit cuts, for changes of the schema. */
  alone<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
