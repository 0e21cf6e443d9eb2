import type { EpochSeconds, JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { raiseSnapshotVersion } from './snapshot.ts';
import { json, sql } from './sql.ts';

/** Who brought it: what left the file is removed only when the file had brought it. */
export type ResourceSource = 'file' | 'api' | 'registration';

export interface ResourceRow {
  kind: string;
  id: string;
  /** 1, 2, … with each change of this resource, its removal and what came after it included. */
  version: number;
  source: ResourceSource;
  body: JsonObject;
}

export interface ResourceVersion {
  version: number;
  source: ResourceSource;
  /** Absent where it was removed. */
  body?: JsonObject;
  /** A person, a file, or the name of what did it by itself. */
  changedBy?: string;
  changedAt: EpochSeconds;
}

export interface ResourceChanges {
  put: readonly { kind: string; id: string; body: JsonObject; source: ResourceSource }[];
  remove: readonly { kind: string; id: string }[];
}

/** What was done, to be told. */
export interface ResourceChange {
  kind: string;
  id: string;
  change: 'put' | 'removed';
  version: number;
}

/**
 * What an operator owns. Every change keeps the version that it makes with whoever made it, raises the snapshot's
 * version and tells all instances, in the same transaction.
 */
export interface Resources {
  /** Until the transaction ends, nobody else changes resources. */
  lock(): Promise<void>;
  all(): Promise<ResourceRow[]>;
  list(kind: string): Promise<ResourceRow[]>;
  find(kind: string, id: string): Promise<ResourceRow | undefined>;
  /** The newest first; those of a resource that is gone as well. */
  versions(kind: string, id: string): Promise<ResourceVersion[]>;
  /** Answers the resource's new version. */
  put(kind: string, id: string, body: JsonObject, source: ResourceSource, by?: string): Promise<number>;
  remove(kind: string, id: string, by?: string): Promise<boolean>;
  /** All of it or nothing. Answers what was changed. */
  replaceAll(changes: ResourceChanges, by?: string): Promise<ResourceChange[]>;
  /** To be read before what it describes, so that what is read is never older than it says. */
  snapshotVersion(): Promise<number>;
}

type Selected = ResourceRow & Record<string, unknown>;

export function createResources(db: Db): Resources {
  /** The lock first: changes come one after another, so that none waits for another in a ring. */
  function changing<T>(work: (tx: Db) => Promise<T>, changed: (result: T) => boolean): Promise<T> {
    return db.tx(async (tx) => {
      await lock(tx);
      const result = await work(tx);
      if (changed(result)) await raiseSnapshotVersion(tx);
      return result;
    });
  }

  return {
    lock: () => lock(db),
    all: () => db.all<Selected>(sql`select kind, id, version, source, body from resources order by kind, id`),
    list: (kind) =>
      db.all<Selected>(sql`select kind, id, version, source, body from resources where kind = ${kind} order by id`),
    find: (kind, id) =>
      db.maybe<Selected>(
        sql`select kind, id, version, source, body from resources where kind = ${kind} and id = ${id}`,
      ),
    async versions(kind, id) {
      const rows = await db.all<{ found: ResourceVersion }>(sql`
        select jsonb_strip_nulls(jsonb_build_object('version', version, 'source', source, 'changedBy', changed_by,
          'changedAt', floor(extract(epoch from changed_at))::bigint))
          || case when body is null then '{}' else jsonb_build_object('body', body) end as found
        from resource_versions where kind = ${kind} and id = ${id} order by version desc`);
      return rows.map(({ found }) => found);
    },
    put: (kind, id, body, source, by) =>
      changing(
        (tx) => put(tx, { kind, id, body, source }, by),
        () => true,
      ),
    remove: async (kind, id, by) => {
      const version = await changing(
        (tx) => remove(tx, { kind, id }, by),
        (gone) => gone !== undefined,
      );
      return version !== undefined;
    },
    replaceAll(changes, by) {
      const done: ResourceChange[] = [];
      if (changes.put.length + changes.remove.length === 0) return Promise.resolve(done);
      return changing(
        async (tx) => {
          for (const resource of changes.put) {
            const { kind, id } = resource;
            done.push({ kind, id, change: 'put', version: await put(tx, resource, by) });
          }
          for (const { kind, id } of changes.remove) {
            const version = await remove(tx, { kind, id }, by);
            if (version !== undefined) done.push({ kind, id, change: 'removed', version });
          }
          return done;
        },
        ({ length }) => length > 0,
      );
    },
    async snapshotVersion() {
      return (await db.one<{ version: number }>(sql`select version from snapshot_version`)).version;
    },
  };
}

async function lock(db: Db): Promise<void> {
  await db.one(sql`select version from snapshot_version for update`);
}

/** Versions go on where those of an earlier resource of this name ended. */
async function put(
  db: Db,
  { kind, id, body, source }: ResourceChanges['put'][number],
  by: string | undefined,
): Promise<number> {
  const { version } = await db.one<{ version: number }>(sql`
    with changed as (
      insert into resources (kind, id, version, body, source)
      values (${kind}, ${id}, 1 + coalesce(
        (select max(version) from resource_versions where kind = ${kind} and id = ${id}), 0), ${json(body)}, ${source})
      on conflict (kind, id) do update set body = excluded.body, source = excluded.source,
        version = greatest(resources.version + 1, excluded.version), updated_at = now()
      returning kind, id, version, body, source
    )
    insert into resource_versions (kind, id, version, body, source, changed_by)
    select kind, id, version, body, source, ${by ?? null} from changed
    returning version`);
  return version;
}

/** Undefined when there is no such resource. */
async function remove(
  db: Db,
  { kind, id }: ResourceChanges['remove'][number],
  by: string | undefined,
): Promise<number | undefined> {
  const removed = await db.maybe<{ version: number }>(sql`
    with removed as (delete from resources where kind = ${kind} and id = ${id} returning version, source)
    insert into resource_versions (kind, id, version, source, changed_by)
    select ${kind}, ${id}, version + 1, source, ${by ?? null} from removed
    returning version`);
  return removed?.version;
}
