import type { EpochSeconds, JsonObject } from '../base/index.ts';
import type { Authenticator } from './authenticators.ts';
import type { Db } from './db.ts';
import { json, sql } from './sql.ts';

/** What is not known is absent. Made by the view `user_facts`. */
export interface User {
  id: string;
  email?: string;
  emailVerified: boolean;
  /** E.164 */
  phone?: string;
  phoneVerified: boolean;
  givenName?: string;
  familyName?: string;
  /** BCP 47 */
  locale?: string;
  /** URL. */
  picture?: string;
  attributes: JsonObject;
  groups: string[];
  /** Ids of the authenticators and linked identities there are, and `password`: what was proven with any other counts no more. */
  credentials: string[];
  disabled: boolean;
  /** An administrator has given them a way in that still works. */
  accessPass?: true;
  /** Something says that somebody else may have the account. */
  risk?: 'low' | 'medium' | 'high';
  /** They want the account removed, from this moment on. */
  deletionDueAt?: EpochSeconds;
  /** Seconds since the epoch, exactly: what was issued earlier is dead, as far as its own stamp can tell. */
  nothingBefore: number;
  createdAt: EpochSeconds;
  updatedAt: EpochSeconds;
}

export interface NewUser {
  id: string;
  email?: string;
  emailVerified?: boolean;
  phone?: string;
  phoneVerified?: boolean;
  givenName?: string;
  familyName?: string;
  locale?: string;
  attributes?: JsonObject;
}

/** What is absent stays; null empties. A changed address or number counts as not verified unless it is said to be. */
export interface UserChanges {
  email?: string | null;
  emailVerified?: boolean;
  phone?: string | null;
  phoneVerified?: boolean;
  givenName?: string | null;
  familyName?: string | null;
  locale?: string | null;
  picture?: string | null;
  risk?: User['risk'] | null;
  /** Replaces all of them. */
  attributes?: JsonObject;
}

export interface Users {
  find(id: string): Promise<User | undefined>;
  /** With everything they have enrolled, the oldest first. */
  findWithAuthenticators(id: string): Promise<{ user: User; authenticators: Authenticator[] } | undefined>;
  /** Whatever the case of its letters. */
  findByEmail(email: string): Promise<User | undefined>;
  /** False when the address is taken; then nothing was written. */
  insert(user: NewUser): Promise<boolean>;
  /** False when there is no such user. @throws UniqueViolation when the address is somebody else's. */
  update(id: string, changes: UserChanges): Promise<boolean>;
  markEmailVerified(id: string): Promise<boolean>;
  /** Everything issued so far is dead at once, and stays dead when the user is enabled again. */
  disable(id: string): Promise<boolean>;
  enable(id: string): Promise<boolean>;
  /** @param days from now. @returns when it is due; undefined, and nothing changes, when that was wished before */
  requestDeletion(id: string, days: number): Promise<EpochSeconds | undefined>;
  /** False when nothing was to be deleted. */
  cancelDeletion(id: string): Promise<boolean>;
  /** Those whose time has come, a few at a time. */
  dueForDeletion(limit: number): Promise<string[]>;
  /** Until the end of the transaction, if their time has come. */
  lockDueForDeletion(id: string): Promise<boolean>;
  /** Until the end of the transaction: of changes that depend on each other, one waits for the other. */
  lock(id: string): Promise<void>;
  /** With everything that belongs to them; what was decided about them stays, by id alone. */
  remove(id: string): Promise<boolean>;
  /** Signs out everywhere, in one statement; what is issued after it lives. Answers the sessions that it ended. */
  endEverything(id: string): Promise<string[]>;
  /** In the order of ids, beginning after one. @param search part of an address or a name, or an id. */
  list(page: { after?: string; limit: number; search?: string }): Promise<User[]>;
}

interface FactsRow extends Record<string, unknown> {
  facts: User;
}

export function createUsers(db: Db): Users {
  return {
    async find(id) {
      return (await db.maybe<FactsRow>(sql`select facts from user_facts where id = ${id}`))?.facts;
    },
    async findWithAuthenticators(id) {
      const row = await db.maybe<FactsRow & { authenticators: Authenticator[] }>(sql`
        select f.facts, coalesce((
          select jsonb_agg(a.facts order by a.created_at, a.id) from authenticator_facts a where a.user_id = f.id
        ), '[]') as authenticators
        from user_facts f where f.id = ${id}`);
      return row && { user: row.facts, authenticators: row.authenticators };
    },
    async findByEmail(email) {
      const row = await db.maybe<FactsRow>(sql`
        select f.facts from users u join user_facts f on f.id = u.id where lower(u.email) = lower(${email})`);
      return row?.facts;
    },
    async insert({ id, email, emailVerified, phone, phoneVerified, givenName, familyName, locale, attributes = {} }) {
      const inserted = await db.run(sql`
        insert into users (id, email, email_verified_at, phone, phone_verified_at, given_name, family_name, locale, attributes)
        values (${id}, ${email ?? null}, case when ${emailVerified ?? false} then now() end,
          ${phone ?? null}, case when ${phoneVerified ?? false} then now() end,
          ${givenName ?? null}, ${familyName ?? null}, ${locale ?? null}, ${json(attributes)})
        on conflict do nothing`);
      return inserted === 1;
    },
    async update(id, changes) {
      const changed = await db.run(sql`
        update users set
          email = case when c ? 'email' then c ->> 'email' else email end,
          email_verified_at = case
            when (c -> 'emailVerified')::boolean then
              case when c ? 'email' and c ->> 'email' is distinct from email then now() else coalesce(email_verified_at, now()) end
            when c ? 'emailVerified' or (c ? 'email' and lower(c ->> 'email') is distinct from lower(email)) then null
            else email_verified_at end,
          phone = case when c ? 'phone' then c ->> 'phone' else phone end,
          phone_verified_at = case
            when (c -> 'phoneVerified')::boolean then
              case when c ? 'phone' and c ->> 'phone' is distinct from phone then now() else coalesce(phone_verified_at, now()) end
            when c ? 'phoneVerified' or (c ? 'phone' and c ->> 'phone' is distinct from phone) then null
            else phone_verified_at end,
          given_name = case when c ? 'givenName' then c ->> 'givenName' else given_name end,
          family_name = case when c ? 'familyName' then c ->> 'familyName' else family_name end,
          locale = case when c ? 'locale' then c ->> 'locale' else locale end,
          picture = case when c ? 'picture' then c ->> 'picture' else picture end,
          risk = case when c ? 'risk' then c ->> 'risk' else risk end,
          attributes = coalesce(c -> 'attributes', attributes),
          updated_at = now()
        from (select ${json(changes)}::jsonb as c) as changes
        where id = ${id}`);
      return changed === 1;
    },
    async markEmailVerified(id) {
      const changed = await db.run(sql`
        update users set email_verified_at = coalesce(email_verified_at, now()), updated_at = now() where id = ${id}`);
      return changed === 1;
    },
    async disable(id) {
      const changed = await db.run(sql`
        update users set disabled_at = coalesce(disabled_at, now()), nothing_before = clock_timestamp(), updated_at = now()
        where id = ${id}`);
      return changed === 1;
    },
    async enable(id) {
      return (await db.run(sql`update users set disabled_at = null, updated_at = now() where id = ${id}`)) === 1;
    },
    async requestDeletion(id, days) {
      const row = await db.maybe<{ due: number }>(sql`
        update users set deletion_due_at = now() + make_interval(days => ${days}::int), updated_at = now()
        where id = ${id} and deletion_due_at is null returning floor(extract(epoch from deletion_due_at))::int as due`);
      return row?.due;
    },
    async cancelDeletion(id) {
      const cancelled = await db.run(sql`
        update users set deletion_due_at = null, updated_at = now() where id = ${id} and deletion_due_at is not null`);
      return cancelled === 1;
    },
    async lockDueForDeletion(id) {
      const row = await db.maybe(sql`select id from users where id = ${id} and deletion_due_at <= now() for update`);
      return row !== undefined;
    },
    async dueForDeletion(limit) {
      const rows = await db.all<{ id: string }>(sql`
        select id from users where deletion_due_at <= now() order by deletion_due_at limit ${limit}`);
      return rows.map(({ id }) => id);
    },
    async lock(id) {
      await db.maybe(sql`select id from users where id = ${id} for update`);
    },
    async remove(id) {
      const removed = await db.run(sql`
        with forgotten as (
          update decisions set signals = signals #- '{user,email}' #- '{user,attributes}' where user_id = ${id}
        )
        delete from users where id = ${id}`);
      return removed === 1;
    },
    async endEverything(id) {
      const rows = await db.all<{ uid: string }>(sql`
        with ended as (
          update users set nothing_before = clock_timestamp() where id = ${id} returning id
        ),
        granted as (
          update grants set revoked_at = now() where user_id = ${id} and revoked_at is null returning id
        ),
        trusted as (
          delete from trusted_devices where user_id = ${id} returning device
        )
        update sessions set revoked_at = now() where user_id = ${id} and revoked_at is null returning uid`);
      return rows.map(({ uid }) => uid);
    },
    async list({ after = '', limit, search }) {
      const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
      const rows = await db.all<FactsRow>(sql`
        select f.facts from users u join user_facts f on f.id = u.id
        where u.id > ${after} and (${pattern}::text is null or u.id = ${search ?? null}
          or u.email ilike ${pattern} or concat_ws(' ', u.given_name, u.family_name) ilike ${pattern})
        order by u.id limit ${limit}`);
      return rows.map(({ facts }) => facts);
    },
  };
}
