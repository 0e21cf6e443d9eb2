import type { JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { raiseSnapshotVersion } from './snapshot.ts';
import { json, sql } from './sql.ts';

/** Who brought it: what left the file is removed only when the file had brought it. */
export type ResourceSource = 'file' | 'api' | 'registration';

export interface ResourceRow {
  kind: string;
  id: string;
  /** 1, 2, … with each change of this resource. */
  version: number;
  source: ResourceSource;
  body: JsonObject;
}

export interface ResourceChanges {
  put: readonly { kind: string; id: string; body: JsonObject; source: ResourceSource }[];
  remove: readonly { kind: string; id: string }[];
}

/** What an operator owns. Every change raises the snapshot's version and tells all instances, in the same transaction. */
export interface Resources {
  all(): Promise<ResourceRow[]>;
  list(kind: string): Promise<ResourceRow[]>;
  find(kind: string, id: string): Promise<ResourceRow | undefined>;
  /** Answers the resource's new version. */
  put(kind: string, id: string, body: JsonObject, source: ResourceSource): Promise<number>;
  remove(kind: string, id: string): Promise<boolean>;
  /** All of it or nothing. */
  replaceAll(changes: ResourceChanges): Promise<void>;
  /** To be read before what it describes, so that what is read is never older than it says. */
  snapshotVersion(): Promise<number>;
}

type Selected = ResourceRow & Record<string, unknown>;

export function createResources(db: Db): Resources {
  return {
    all: () => db.all<Selected>(sql`select kind, id, version, source, body from resources order by kind, id`),
    list: (kind) =>
      db.all<Selected>(sql`select kind, id, version, source, body from resources where kind = ${kind} order by id`),
    find: (kind, id) =>
      db.maybe<Selected>(
        sql`select kind, id, version, source, body from resources where kind = ${kind} and id = ${id}`,
      ),
    put: (kind, id, body, source) =>
      db.tx(async (tx) => {
        const { version } = await put(tx, { kind, id, body, source });
        await raiseSnapshotVersion(tx);
        return version;
      }),
    remove: (kind, id) =>
      db.tx(async (tx) => {
        const removed = (await remove(tx, { kind, id })) === 1;
        if (removed) await raiseSnapshotVersion(tx);
        return removed;
      }),
    async replaceAll(changes) {
      if (changes.put.length + changes.remove.length === 0) return;
      await db.tx(async (tx) => {
        for (const resource of changes.put) await put(tx, resource);
        for (const resource of changes.remove) await remove(tx, resource);
        await raiseSnapshotVersion(tx);
      });
    },
    async snapshotVersion() {
      return (await db.one<{ version: number }>(sql`select version from snapshot_version`)).version;
    },
  };
}

function put(db: Db, { kind, id, body, source }: ResourceChanges['put'][number]): Promise<{ version: number }> {
  return db.one<{ version: number }>(sql`
    insert into resources (kind, id, body, source) values (${kind}, ${id}, ${json(body)}, ${source})
    on conflict (kind, id) do update set body = excluded.body, source = excluded.source,
      version = resources.version + 1, updated_at = now()
    returning version`);
}

function remove(db: Db, { kind, id }: ResourceChanges['remove'][number]): Promise<number> {
  return db.run(sql`delete from resources where kind = ${kind} and id = ${id}`);
}
