import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

export interface NewCode {
  id: string;
  purpose: string;
  /** Whom or what it was sent to: a new code voids the one before of the same purpose and subject. */
  subject: string;
  /** Keyed: six digits could be guessed from a plain digest. */
  codeMac: string;
  /** Seconds. */
  ttl: number;
}

/** `expired` also when it never existed or a newer one was sent; `spent` when it was used or guessed at too often. */
export type CodeVerdict = 'ok' | 'wrong' | 'expired' | 'spent';

/** One-time codes and links (NIST SP 800-63B-4 section 3.1.3.2): single use, newest only, few tries. */
export interface Codes {
  create(code: NewCode): Promise<void>;
  /**
   * Counts the try and uses the code up when it is right, in one statement: of any number of parallel tries with the
   * right code one hears `ok`, and no more than `maxTries` are heard at all.
   *
   * @param macs of what was typed, under each secret.
   */
  verify(attempt: { id: string; purpose: string; macs: string[]; maxTries?: number }): Promise<CodeVerdict>;
  /** What a right code was sent about, without using it up; undefined when it is wrong, used or expired. */
  subjectOf(attempt: { id: string; purpose: string; macs: string[] }): Promise<string | undefined>;
  drop(id: string): Promise<void>;
  /** Voids every code of any purpose that was sent about this subject. */
  dropFor(subject: string): Promise<void>;
  /** The same for every subject that is about a user, `<user>` and `<user>:<what>`. @param since seconds since the epoch */
  dropAbout(userId: string, since?: EpochSeconds): Promise<void>;
}

export function createCodes(db: Db): Codes {
  return {
    async create({ id, purpose, subject, codeMac, ttl }) {
      // There is one row per purpose and subject, so two codes asked for at once cannot both be the newest.
      await db.run(sql`
        insert into one_time_codes (id, purpose, subject, code_mac, expires_at)
        values (${id}, ${purpose}, ${subject}, ${codeMac}, now() + make_interval(secs => ${ttl}))
        on conflict (purpose, subject) do update set id = excluded.id, code_mac = excluded.code_mac, tries = 0,
          created_at = now(), expires_at = excluded.expires_at, consumed_at = null`);
    },
    async verify({ id, purpose, macs, maxTries = 5 }) {
      const { verdict } = await db.one<{ verdict: CodeVerdict }>(sql`
        with tried as (
          update one_time_codes set tries = tries + 1, consumed_at = case when code_mac = any(${macs}) then now() end
          where id = ${id} and purpose = ${purpose} and consumed_at is null and tries < ${maxTries} and expires_at > now()
          returning consumed_at is not null as right_one
        )
        select case
          when (select right_one from tried) then 'ok'
          when exists (select 1 from tried) then 'wrong'
          when exists (select 1 from one_time_codes where id = ${id} and purpose = ${purpose} and expires_at > now())
            then 'spent'
          else 'expired' end as verdict`);
      return verdict;
    },
    async subjectOf({ id, purpose, macs }) {
      const row = await db.maybe<{ subject: string }>(sql`
        select subject from one_time_codes
        where id = ${id} and purpose = ${purpose} and code_mac = any(${macs}) and consumed_at is null and expires_at > now()`);
      return row?.subject;
    },
    async drop(id) {
      await db.run(sql`delete from one_time_codes where id = ${id}`);
    },
    async dropFor(subject) {
      await db.run(sql`
        delete from one_time_codes where split_part(subject, ':', 1) = split_part(${subject}, ':', 1) and subject = ${subject}`);
    },
    async dropAbout(userId, since = 0) {
      await db.run(sql`
        delete from one_time_codes where split_part(subject, ':', 1) = ${userId} and created_at >= to_timestamp(${since})`);
    },
  };
}
