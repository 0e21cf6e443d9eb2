import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** An address or number that was replaced by another. */
export interface ContactChange {
  id: string;
  userId: string;
  kind: 'email' | 'phone';
  old: string;
  oldVerified: boolean;
  changedAt: EpochSeconds;
}

export interface ContactChanges {
  add(change: Omit<ContactChange, 'changedAt'>): Promise<void>;
  find(id: string): Promise<ContactChange | undefined>;
  /** Forgets this change and those of its kind that came after it: they are undone with it. Answers their ids. */
  removeFrom(change: ContactChange): Promise<string[]>;
}

export function createContactChanges(db: Db): ContactChanges {
  return {
    async add({ id, userId, kind, old, oldVerified }) {
      await db.run(sql`
        insert into contact_changes (id, user_id, kind, old, old_verified)
        values (${id}, ${userId}, ${kind}, ${old}, ${oldVerified})`);
    },
    async find(id) {
      const row = await db.maybe<{ found: ContactChange }>(sql`
        select jsonb_build_object('id', id, 'userId', user_id, 'kind', kind, 'old', old, 'oldVerified', old_verified,
          'changedAt', floor(extract(epoch from changed_at))::bigint) as found
        from contact_changes where id = ${id}`);
      return row?.found;
    },
    async removeFrom({ id, userId, kind }) {
      const rows = await db.all<{ id: string }>(sql`
        delete from contact_changes where user_id = ${userId} and kind = ${kind}
          and changed_at >= (select changed_at from contact_changes where id = ${id})
        returning id`);
      return rows.map((row) => row.id);
    },
  };
}
