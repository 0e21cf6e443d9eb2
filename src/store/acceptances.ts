import type { Db } from './db.ts';
import { json, sql } from './sql.ts';

export interface Acceptance {
  termsId: string;
  version: string;
}

/** `acceptedAt`: seconds since the epoch. */
export type Accepted = Acceptance & { acceptedAt: number };

/** Which version of which terms somebody accepted. The first time counts: it is evidence. */
export interface Acceptances {
  list(userId: string): Promise<Accepted[]>;
  accept(userId: string, clientId: string, accepted: readonly Acceptance[]): Promise<void>;
}

export function createAcceptances(db: Db): Acceptances {
  return {
    async list(userId) {
      const rows = await db.all<{ terms_id: string; version: string; at: number }>(sql`
        select terms_id, version, floor(extract(epoch from accepted_at))::int as at from terms_acceptances where user_id = ${userId} order by accepted_at, terms_id, version`);
      return rows.map(({ terms_id: termsId, version, at: acceptedAt }) => ({ termsId, version, acceptedAt }));
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
