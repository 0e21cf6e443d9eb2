import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** What one app may do in somebody's name. */
export interface AppAccess {
  clientId: string;
  /** Of identity and of APIs: allowed by the person when they were asked, or granted to an app of the house. */
  scopes: string[];
  since: EpochSeconds;
  /** When something was last issued to it. */
  lastUsedAt: EpochSeconds;
}

/** Apps with a consent or a grant that is alive, the last used first. */
export type ListAppAccess = (userId: string) => Promise<AppAccess[]>;

export function createListAppAccess(db: Db): ListAppAccess {
  return async (userId) => {
    const rows = await db.all<{ access: AppAccess }>(sql`
      with used as (
        select g.client_id, g.created_at, greatest(g.created_at, (
            select max(t.created_at) from tokens t where t.grant_id = g.id)) as used_at,
          concat_ws(' ', g.payload #>> '{openid,scope}',
            (select string_agg(value, ' ') from jsonb_each_text(g.payload -> 'resources'))) as scopes
        from live_grants g where g.user_id = ${userId}
        union all
        select client_id, updated_at, updated_at,
          concat_ws(' ', (select string_agg(s, ' ') from jsonb_array_elements_text(allowed -> 'scopes') as s),
            (select string_agg(s, ' ') from jsonb_each(allowed -> 'resources') as r, jsonb_array_elements_text(r.value) as s))
        from consents where user_id = ${userId}
      )
      select jsonb_build_object('clientId', client_id, 'since', floor(extract(epoch from min(created_at)))::bigint,
        'lastUsedAt', floor(extract(epoch from max(used_at)))::bigint,
        'scopes', (select coalesce(jsonb_agg(distinct s order by s), '[]')
          from regexp_split_to_table(string_agg(scopes, ' '), ' +') as s where s <> '')) as access
      from used group by client_id order by max(used_at) desc, client_id`);
    return rows.map(({ access }) => access);
  };
}
