import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** What was proven with a credential counts no more, in any session or grant: for the transaction that takes it away. */
export async function forgetProof(db: Db, userId: string, credential: string): Promise<void> {
  await db.run(sql`
    with granted as (
      update grants set proof = jsonb_set(proof, '{evidence}', jsonb_path_query_array(
        proof, '$.evidence[*] ? (!(@.credential == $id))', jsonb_build_object('id', ${credential}::text)))
      where user_id = ${userId} and revoked_at is null
        and proof @> jsonb_build_object('evidence', jsonb_build_array(jsonb_build_object('credential', ${credential}::text)))
    )
    update sessions set evidence = jsonb_path_query_array(
      evidence, '$[*] ? (!(@.credential == $id))', jsonb_build_object('id', ${credential}::text))
    where user_id = ${userId} and revoked_at is null
      and evidence @> jsonb_build_array(jsonb_build_object('credential', ${credential}::text))`);
}
