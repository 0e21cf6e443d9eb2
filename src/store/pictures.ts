import type { Db } from './db.ts';
import { sql } from './sql.ts';

export interface Picture {
  type: string;
  bytes: Uint8Array;
}

/** One for each user; a new one has a new address, so that nothing old is shown from a cache. */
export interface Pictures {
  put(id: string, userId: string, picture: Picture): Promise<void>;
  find(id: string): Promise<Picture | undefined>;
  remove(userId: string): Promise<void>;
}

export function createPictures(db: Db): Pictures {
  return {
    async put(id, userId, { type, bytes }) {
      await db.run(sql`
        insert into pictures (id, user_id, type, bytes) values (${id}, ${userId}, ${type}, ${bytes})
        on conflict (user_id) do update set id = excluded.id, type = excluded.type, bytes = excluded.bytes, created_at = now()`);
    },
    find: (id) => db.maybe<Picture & Record<string, unknown>>(sql`select type, bytes from pictures where id = ${id}`),
    async remove(userId) {
      await db.run(sql`delete from pictures where user_id = ${userId}`);
    },
  };
}
