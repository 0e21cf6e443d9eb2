import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/index.ts';
import type { Connection } from './connection.ts';
import { sql } from './sql.ts';

/** The schema of this program; see {@link migrate}. */
export const MIGRATIONS = join(import.meta.dirname, '../../migrations');

interface Migration {
  /** `0001_users` */
  name: string;
  text: string;
  checksum: string;
}

const LOCK = 7_201_844;

/**
 * Brings the schema up to date: each migration in its own transaction, one process at a time. Forward only.
 *
 * @returns the names of what was applied now.
 * @throws AppError `migrations` when what was applied before is not what this program has.
 */
export async function migrate(connection: Connection, folder = MIGRATIONS): Promise<string[]> {
  await connection.query(sql`select pg_advisory_lock(${LOCK})`);
  try {
    await connection.script(`create table if not exists migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    const { rows } = await connection.query(sql`select name, checksum from migrations order by name`);
    const due = missing(readMigrations(folder), rows as { name: string; checksum: string }[]);
    for (const migration of due) await apply(connection, migration);
    return due.map(({ name }) => name);
  } finally {
    // A lost connection has given the lock back by itself.
    await connection.query(sql`select pg_advisory_unlock(${LOCK})`).catch(() => undefined);
  }
}

/** @returns `NNNN_name.sql` in order; the checksum does not depend on how lines end. */
export function readMigrations(folder = MIGRATIONS): Migration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => {
    if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(file)) throw refusal(`${file} is not named NNNN_name.sql`);
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return { name: file.slice(0, -'.sql'.length), text, checksum: createHash('sha256').update(text).digest('hex') };
  });
}

function missing(ours: readonly Migration[], applied: readonly { name: string; checksum: string }[]): Migration[] {
  const known = new Map(ours.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw refusal(`the database has migration ${name}, which this version does not know: run the newer version`);
    }
    if (migration.checksum !== checksum) {
      throw refusal(`migration ${name} was changed after it was applied: put it back and write a new one`);
    }
  }
  const last = applied.at(-1)?.name ?? '';
  const due = ours.filter(({ name }) => !applied.some((one) => one.name === name));
  const late = due.find(({ name }) => name < last);
  if (late)
    throw refusal(`migration ${late.name} comes before ${last}, which was applied already: give it a higher number`);
  return due;
}

async function apply(connection: Connection, { name, text, checksum }: Migration): Promise<void> {
  await connection.script('begin');
  try {
    await connection.script(text);
    await connection.query(sql`insert into migrations (name, checksum) values (${name}, ${checksum})`);
    await connection.script('commit');
  } catch (error) {
    await connection.script('rollback').catch(() => undefined);
    throw new AppError('migrations', 500, `migration ${name} failed and was rolled back: ${String(error)}`, {
      cause: error,
    });
  }
}

function refusal(sentence: string): AppError {
  return new AppError('migrations', 500, `${sentence}.`);
}
