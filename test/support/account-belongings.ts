import assert from 'node:assert/strict';
import { accountOwner, type Owner } from './account.ts';
import { addPasskey, allSent } from './account-factors.ts';
import { sections } from './account-sections.ts';
import type { Fortress } from './fortress.ts';

/** What is theirs in the database, by table, but the record of what happened. @param but what a visit changes by itself */
export async function belongings(
  { sql }: Fortress,
  { userId }: Owner,
  but: string[] = [],
): Promise<Record<string, unknown>> {
  const tables = await sql<{ name: string; owner: string }>(
    `select c.table_name as name, case when c.table_name = 'users' then 'id' else 'user_id' end as owner
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
       and (c.column_name = 'user_id' or (c.table_name = 'users' and c.column_name = 'id'))`,
  );
  assert.ok(tables.length > 10);
  const found: Record<string, unknown> = {};
  for (const { name, owner } of tables) {
    if (['audit_events', 'decisions', ...but].includes(name)) continue;
    const rows = await sql<{ row: unknown }>(
      `select to_jsonb(t) - 'last_seen_at' - 'sealed' as row from ${name} t where ${owner} = $1 order by 1`,
      [userId],
    );
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}

/** Whatever names something of theirs, wherever it stands in their own pages. */
export async function idsOf(owner: Owner): Promise<string[]> {
  const ids = new Set<string>([owner.userId]);
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'id' && typeof inner === 'string') ids.add(inner);
      collect(inner);
    }
  };
  for (const { name } of sections) collect(await owner.model(name));
  return [...ids];
}

/** Somebody with one of everything that an account can have. */
export async function withEverything(server: Fortress): Promise<Owner> {
  const owner = await accountOwner(server);
  await addPasskey(server, owner);
  await owner.act('privacy', 'export');
  await allSent(server);
  await server.sql("update users set phone = '+4930901811', phone_verified_at = now() where id = $1", [owner.userId]);
  await server.sql(
    "insert into identities (id, user_id, provider, issuer, subject) values ('i-' || $1, $1, 'acme', 'https://acme.test', $1)",
    [owner.userId],
  );
  return owner;
}
