import type { Db } from './db.ts';
import { json, sql } from './sql.ts';

export interface Acceptance {
  termsId: string;
  version: string;
}

/** Which version of which terms somebody accepted. The first time counts: it is evidence. */
export interface Acceptances {
  list(userId: string): Promise<Acceptance[]>;
  accept(userId: string, clientId: string, accepted: readonly Acceptance[]): Promise<void>;
}

export function createAcceptances(db: Db): Acceptances {
  return {
    async list(userId) {
      const rows = await db.all<{ terms_id: string; version: string }>(sql`
        select terms_id, version from terms_acceptances where user_id = ${userId} order by accepted_at, terms_id, version`);
      return rows.map(({ terms_id: termsId, version }) => ({ termsId, version }));
    },
    async accept(userId, clientId, accepted) {
      await db.run(sql`
        insert into terms_acceptances (user_id, terms_id, version, client_id)
        select ${userId}, a."termsId", a.version, ${clientId}
        from jsonb_to_recordset(${json(accepted)}::jsonb) as a("termsId" text, version text)
        on conflict do nothing`);
    },
  };
}
