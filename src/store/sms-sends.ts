import type { Db } from './db.ts';
import { sql } from './sql.ts';

export interface SmsSend {
  id: string;
  /** E.164 */
  phone: string;
  country: string;
  prefix: string;
  userId: string;
  ip: string;
}

/** How many messages may be asked for. */
export interface SmsLimits {
  /** In all, in 24 hours. */
  daily: number;
  perNumberHour: number;
  perUserDay: number;
  perIpHour: number;
  perPrefixHour: number;
  /** Share of codes that have to be used, once {@link CONVERSION_FROM} of a prefix were sent in an hour. */
  conversion: number;
}

export type SmsRefusal = 'daily' | 'number' | 'user' | 'ip' | 'prefix' | 'conversion';

export interface SmsSends {
  /** Counts one message and says whether it may go; of any number at once no more go than the limits say. */
  reserve(send: SmsSend, limits: SmsLimits): Promise<SmsRefusal | undefined>;
  /** Its code was entered. */
  used(id: string): Promise<void>;
  /** Of the last 24 hours, by country. */
  statistics(): Promise<{ country: string; sent: number; used: number }[]>;
}

const CONVERSION_FROM = 20;

export function createSmsSends(db: Db): SmsSends {
  return {
    reserve: ({ id, phone, country, prefix, userId, ip }, limits) =>
      db.tx(async (tx) => {
        // One after another: counting and adding are one step for everybody. Text messages are few, and each costs money.
        await tx.run(sql`select pg_advisory_xact_lock(hashtext('sms_sends'))`);
        const row = await tx.one<{ refusal: SmsRefusal | null }>(sql`
          select case
            when count(*) >= ${limits.daily} then 'daily'
            when count(*) filter (where phone = ${phone} and hour) >= ${limits.perNumberHour} then 'number'
            when count(*) filter (where user_id = ${userId}) >= ${limits.perUserDay} then 'user'
            when count(*) filter (where ip = ${ip} and hour) >= ${limits.perIpHour} then 'ip'
            when count(*) filter (where prefix = ${prefix} and hour) >= ${limits.perPrefixHour} then 'prefix'
            when count(*) filter (where prefix = ${prefix} and settled) >= ${CONVERSION_FROM}
              and count(*) filter (where prefix = ${prefix} and settled and used_at is not null)
                < count(*) filter (where prefix = ${prefix} and settled) * ${limits.conversion}::float8 then 'conversion'
          end as refusal
          from (select phone, prefix, user_id, ip, used_at, at > now() - interval '1 hour' as hour,
              at > now() - interval '1 hour' and (used_at is not null or at < now() - interval '5 minutes') as settled
            from sms_sends where at > now() - interval '1 day') as recent`);
        if (row.refusal !== null) return row.refusal;
        await tx.run(sql`
          insert into sms_sends (id, phone, country, prefix, user_id, ip)
          values (${id}, ${phone}, ${country}, ${prefix}, ${userId}, ${ip})`);
        return undefined;
      }),
    async used(id) {
      await db.run(sql`update sms_sends set used_at = coalesce(used_at, now()) where id = ${id}`);
    },
    async statistics() {
      return db.all<{ country: string; sent: number; used: number }>(sql`
        select country, count(*)::int as sent, count(used_at)::int as used
        from sms_sends where at > now() - interval '1 day' group by country order by country`);
    },
  };
}
