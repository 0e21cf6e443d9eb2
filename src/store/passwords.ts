import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';
import type { User } from './users.ts';

export interface Passwords {
  find(userId: string): Promise<{ hash: string; changedAt: EpochSeconds } | undefined>;
  /** Who has this address, with the hash if they have a password: all that a sign-in asks for, in one statement. */
  findByEmail(email: string): Promise<{ user: User; hash?: string; byMailbox?: boolean } | undefined>;
  /** @param byMailbox set by somebody who had proven the mailbox and nothing else; what it was before, when left out */
  put(userId: string, hash: string, byMailbox?: boolean): Promise<void>;
  /** None is right any more until another one is set. */
  remove(userId: string): Promise<void>;
  /** For the same password hashed anew: false when it was changed meanwhile, and then the change stays. */
  replaceIf(userId: string, oldHash: string, newHash: string): Promise<boolean>;
}

export function createPasswords(db: Db): Passwords {
  return {
    async find(userId) {
      const row = await db.maybe<{ hash: string; changed_at: number }>(sql`
        select hash, extract(epoch from changed_at)::int as changed_at from passwords where user_id = ${userId}`);
      return row && { hash: row.hash, changedAt: row.changed_at };
    },
    async findByEmail(email) {
      const row = await db.maybe<{ facts: User; hash: string | null; by_mailbox: boolean }>(sql`
        select f.facts, p.hash, p.by_mailbox from users u
        join user_facts f on f.id = u.id
        left join passwords p on p.user_id = u.id
        where lower(u.email) = lower(${email})`);
      if (!row) return undefined;
      return { user: row.facts, ...(row.hash === null ? {} : { hash: row.hash, byMailbox: row.by_mailbox }) };
    },
    async put(userId, hash, byMailbox) {
      await db.run(sql`
        insert into passwords as p (user_id, hash, by_mailbox) values (${userId}, ${hash}, ${byMailbox ?? false})
        on conflict (user_id) do update set hash = excluded.hash, changed_at = now(),
          by_mailbox = coalesce(${byMailbox ?? null}::boolean, p.by_mailbox)`);
    },
    async remove(userId) {
      await db.run(sql`delete from passwords where user_id = ${userId}`);
    },
    async replaceIf(userId, oldHash, newHash) {
      const changed = await db.run(sql`
        update passwords set hash = ${newHash} where user_id = ${userId} and hash = ${oldHash}`);
      return changed === 1;
    },
  };
}
