import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** `jti` values that were seen (RFC 7523 section 3, RFC 9449 section 11.1). The primary key decides who was first. */
export interface ReplayIds {
  /** @param id SHA-256, hex. @param expiresAt seconds since the epoch. True for the first to claim it, once ever. */
  claim(id: string, expiresAt: number): Promise<boolean>;
}

export function createReplayIds(db: Db): ReplayIds {
  return {
    async claim(id, expiresAt) {
      const inserted = await db.run(sql`
        insert into replay_ids (id, expires_at) values (decode(${id}, 'hex'), to_timestamp(${expiresAt}))
        on conflict do nothing`);
      return inserted === 1;
    },
  };
}
