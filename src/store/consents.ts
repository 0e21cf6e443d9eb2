import type { Db } from './db.ts';
import { json, sql } from './sql.ts';

/** What a user allowed a client, remembered beyond the session it was asked in. */
export interface Consent {
  scopes: string[];
  claims: string[];
  /** Scopes by resource indicator (RFC 8707). */
  resources: Record<string, string[]>;
}

export interface Consents {
  find(userId: string, clientId: string): Promise<Consent | undefined>;
  put(userId: string, clientId: string, consent: Consent): Promise<void>;
  remove(userId: string, clientId: string): Promise<boolean>;
  listFor(userId: string): Promise<{ clientId: string; consent: Consent }[]>;
}

export function createConsents(db: Db): Consents {
  return {
    async find(userId, clientId) {
      const row = await db.maybe<{ allowed: Consent }>(sql`
        select allowed from consents where user_id = ${userId} and client_id = ${clientId}`);
      return row?.allowed;
    },
    async put(userId, clientId, consent) {
      await db.run(sql`
        insert into consents (user_id, client_id, allowed) values (${userId}, ${clientId}, ${json(consent)})
        on conflict (user_id, client_id) do update set allowed = excluded.allowed, updated_at = now()`);
    },
    async remove(userId, clientId) {
      return (await db.run(sql`delete from consents where user_id = ${userId} and client_id = ${clientId}`)) === 1;
    },
    async listFor(userId) {
      const rows = await db.all<{ client_id: string; allowed: Consent }>(sql`
        select client_id, allowed from consents where user_id = ${userId} order by client_id`);
      return rows.map(({ client_id: clientId, allowed }) => ({ clientId, consent: allowed }));
    },
  };
}
