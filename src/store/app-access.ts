import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** What one app may do in somebody's name. */
export interface AppAccess {
  clientId: string;
  /** Allowed by the person when they were asked, or granted to an app of the house. */
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
      with granted as (
        select g.client_id, g.created_at, greatest(g.created_at, (
            select max(t.created_at) from tokens t where t.grant_id = g.id)) as used_at,
          string_to_array(g.payload #>> '{openid,scope}', ' ') as scopes
        from live_grants g where g.user_id = ${userId}
      ),
      allowed as (
        select client_id, updated_at as created_at, updated_at as used_at,
          array(select jsonb_array_elements_text(allowed -> 'scopes')) as scopes
        from consents where user_id = ${userId}
      )
      select jsonb_build_object('clientId', client_id, 'since', floor(extract(epoch from min(created_at)))::bigint,
        'lastUsedAt', floor(extract(epoch from max(used_at)))::bigint,
        'scopes', (select coalesce(jsonb_agg(distinct s order by s), '[]') from unnest(array_agg(scopes_text)) as x,
          unnest(string_to_array(x, ' ')) as s where s <> '')) as access
      from (
        select client_id, created_at, used_at, array_to_string(scopes, ' ') as scopes_text from granted
        union all
        select client_id, created_at, used_at, array_to_string(scopes, ' ') from allowed
      ) as every
      group by client_id order by max(used_at) desc, client_id`);
    return rows.map(({ access }) => access);
  };
}
