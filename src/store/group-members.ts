import type { Db } from './db.ts';
import { sql } from './sql.ts';

export interface GroupMember {
  id: string;
  email?: string;
  /** BCP 47 */
  locale?: string;
}

/** Which groups a user is in; read with the user, so a change counts at the next request everywhere. */
export interface GroupMembers {
  /** False when there is no such user. */
  add(userId: string, group: string): Promise<boolean>;
  /** False when they were not in it. */
  remove(userId: string, group: string): Promise<boolean>;
  /** In the order of ids, beginning after one. */
  list(group: string, page: { after?: string; limit: number }): Promise<GroupMember[]>;
}

export function createGroupMembers(db: Db): GroupMembers {
  return {
    async add(userId, group) {
      const added = await db.run(sql`
        update users set groups = (select array_agg(distinct g order by g) from unnest(groups || ${group}::text) as g),
          updated_at = now()
        where id = ${userId}`);
      return added === 1;
    },
    async remove(userId, group) {
      const removed = await db.run(sql`
        update users set groups = array_remove(groups, ${group}), updated_at = now()
        where id = ${userId} and ${group} = any(groups)`);
      return removed === 1;
    },
    async list(group, { after = '', limit }) {
      const rows = await db.all<{ member: GroupMember }>(sql`
        select jsonb_strip_nulls(jsonb_build_object('id', id, 'email', email, 'locale', locale)) as member
        from users where groups @> array[${group}::text] and id > ${after} order by id limit ${limit}`);
      return rows.map(({ member }) => member);
    },
  };
}
