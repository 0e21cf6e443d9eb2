import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** An address or number that was replaced by another. */
export interface ContactChange {
  id: string;
  userId: string;
  kind: 'email' | 'phone';
  /** Absent where there was none. */
  old?: string;
  oldVerified: boolean;
  changedAt: EpochSeconds;
}

export interface ContactChanges {
  add(change: Omit<ContactChange, 'changedAt'>): Promise<void>;
  find(id: string): Promise<ContactChange | undefined>;
  /** Those of a user that can still be taken back, the newest first. */
  listFor(userId: string): Promise<ContactChange[]>;
  /** Forgets this change and those of its kind that came after it: they are undone with it. Answers their ids. */
  removeFrom(change: ContactChange): Promise<string[]>;
}

/** Seconds for which a change can be taken back. */
export const CONTACT_CHANGE_UNDO = 7 * 24 * 3600;

export function createContactChanges(db: Db): ContactChanges {
  return {
    async add({ id, userId, kind, old, oldVerified }) {
      await db.run(sql`
        insert into contact_changes (id, user_id, kind, old, old_verified)
        values (${id}, ${userId}, ${kind}, ${old ?? null}, ${oldVerified})`);
    },
    async find(id) {
      const row = await db.maybe<{ facts: ContactChange }>(sql`
        select facts from contact_change_facts where id = ${id}`);
      return row?.facts;
    },
    async listFor(userId) {
      const rows = await db.all<{ facts: ContactChange }>(sql`
        select facts from contact_change_facts
        where user_id = ${userId} and changed_at > now() - make_interval(secs => ${CONTACT_CHANGE_UNDO})
        order by changed_at desc`);
      return rows.map(({ facts }) => facts);
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
