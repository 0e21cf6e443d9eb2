import type { Json } from '../base/index.ts';
import type { Db } from './db.ts';
import type { Ephemeral, EphemeralEntry } from './ephemeral.ts';
import { json, sql } from './sql.ts';

/** {@link Ephemeral} in an unlogged table: what has expired is as absent until {@link createSweep} removes it. */
export function createEphemeralPostgres(db: Db): Ephemeral {
  return {
    async put(...entries) {
      if (entries.length === 0) return;
      await db.run(sql`
        insert into ephemeral (key, value, group_key, expires_at)
        select e.key, e.value, e.grp, now() + make_interval(secs => e.ttl)
        from jsonb_to_recordset(${json(rowsOf(entries))}::jsonb) as e(key text, value text, grp text, ttl float8)
        on conflict (key) do update set value = excluded.value, count = 0, group_key = excluded.group_key,
          expires_at = excluded.expires_at`);
    },
    async get(key) {
      const row = await db.maybe<{ value: string | null }>(sql`
        select value from ephemeral where key = ${key} and expires_at > now()`);
      return row && read(row.value);
    },
    async take(key) {
      const row = await db.maybe<{ value: string | null; alive: boolean }>(sql`
        delete from ephemeral where key = ${key} returning value, expires_at > now() as alive`);
      return row?.alive ? read(row.value) : undefined;
    },
    async count(key, window) {
      const row = await db.one<{ count: number }>(sql`
        insert into ephemeral (key, count, expires_at) values (${key}, 1, now() + make_interval(secs => ${window}))
        on conflict (key) do update set
          count = case when ephemeral.expires_at > now() then ephemeral.count + 1 else 1 end,
          expires_at = case when ephemeral.expires_at > now() then ephemeral.expires_at else excluded.expires_at end
        returning count`);
      return row.count;
    },
    async drop(...keys) {
      if (keys.length > 0) await db.run(sql`delete from ephemeral where key = any(${keys})`);
    },
    async dropGroup(group) {
      await db.run(sql`delete from ephemeral where group_key = ${group}`);
    },
    async close() {},
  };
}

/** The last of one key counts; always in the same order, so that two writers never wait for each other. */
function rowsOf(entries: readonly EphemeralEntry[]): { key: string; value: string; grp?: string; ttl: number }[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  return [...byKey.values()]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, value, group, ttl }) => ({
      key,
      value: JSON.stringify(value),
      ttl,
      ...(group === undefined ? {} : { grp: group }),
    }));
}

function read(text: string | null): Json | undefined {
  return text === null ? undefined : JSON.parse(text);
}
