import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** After `free` failures the next must wait `first` seconds, then `factor` times as long each time, at most `max`. */
export interface AttemptSchedule {
  free: number;
  /** Seconds. */
  first: number;
  factor: number;
  /** Seconds. */
  max: number;
  /** Seconds without a failure after which the count starts over. */
  forget: number;
}

export interface AttemptCount {
  failures: number;
  blockedUntil: EpochSeconds;
}

/** Wrong guesses, whatever address they come from (NIST SP 800-63B-4 section 3.2.2). */
export interface Attempts {
  check(key: string): Promise<AttemptCount | undefined>;
  /** Counts one failure that was not reserved. */
  fail(key: string, schedule: AttemptSchedule): Promise<AttemptCount>;
  /**
   * The gate before an expensive check. Who passes is counted as failed in advance, so parallel guesses cannot all pass;
   * a right answer is followed by {@link Attempts.clear}.
   */
  reserve(
    key: string,
    schedule: AttemptSchedule,
  ): Promise<{ ok: true; failures: number } | { ok: false; retryAfter: number }>;
  clear(key: string): Promise<void>;
}

type CountRow = { failures: number; blocked_until: number };

export function createAttempts(db: Db): Attempts {
  return {
    async check(key) {
      const row = await db.maybe<CountRow>(sql`
        select failures, ceil(extract(epoch from blocked_until))::int as blocked_until from attempts where key = ${key}`);
      return row && { failures: row.failures, blockedUntil: row.blocked_until };
    },
    async fail(key, schedule) {
      const delays = delaysOf(schedule);
      const row = await db.one<CountRow>(sql`
        insert into attempts as a (key, failures, last_at, blocked_until)
        values (${key}, 1, now(), clock_timestamp() + make_interval(secs => (${delays}::float8[])[1]))
        on conflict (key) do update set (failures, last_at, blocked_until) = (
          select n, now(), greatest(a.blocked_until,
            clock_timestamp() + make_interval(secs => (${delays}::float8[])[least(n, cardinality(${delays}::float8[]))]))
          from (select case when a.last_at > now() - make_interval(secs => ${schedule.forget}) then a.failures + 1 else 1 end) as next (n))
        returning failures, ceil(extract(epoch from blocked_until))::int as blocked_until`);
      return { failures: row.failures, blockedUntil: row.blocked_until };
    },
    async reserve(key, schedule) {
      const delays = delaysOf(schedule);
      // The clock is read after the lock was waited for: the winner's block counts for everybody behind it.
      const row = await db.one<{ failures: number | null; retry_after: number | null }>(sql`
        with passed as (
          insert into attempts as a (key, failures, last_at, blocked_until)
          values (${key}, 1, now(), clock_timestamp() + make_interval(secs => (${delays}::float8[])[1]))
          on conflict (key) do update set (failures, last_at, blocked_until) = (
            select n, now(),
              clock_timestamp() + make_interval(secs => (${delays}::float8[])[least(n, cardinality(${delays}::float8[]))])
            from (select case when a.last_at > now() - make_interval(secs => ${schedule.forget}) then a.failures + 1 else 1 end) as next (n))
          where a.blocked_until <= clock_timestamp()
          returning failures
        )
        select (select failures from passed) as failures,
          (select ceil(extract(epoch from blocked_until - clock_timestamp()))::int from attempts where key = ${key}) as retry_after`);
      if (row.failures !== null) return { ok: true, failures: row.failures };
      return { ok: false, retryAfter: Math.max(row.retry_after ?? 0, 1) };
    },
    async clear(key) {
      await db.run(sql`delete from attempts where key = ${key}`);
    },
  };
}

/** Seconds to wait after the first, second, … failure; the last counts for all that follow. */
function delaysOf({ free, first, factor, max }: AttemptSchedule): number[] {
  const delays = Array.from({ length: Math.max(free - 1, 0) }, () => 0);
  let delay = first;
  while (delay < max && factor > 1 && delay > 0) {
    delays.push(delay);
    delay *= factor;
  }
  return [...delays, Math.min(delay, max)];
}
