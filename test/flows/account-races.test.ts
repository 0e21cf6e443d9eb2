// needs: postgres
import assert from 'node:assert/strict';
import type { AuditType } from '../../src/audit/index.ts';
import type { MailKind } from '../../src/messaging/index.ts';
import { accountOwner, type Owner, recorded } from '../support/account.ts';
import { addApp, addPasskey, allSent } from '../support/account-factors.ts';
import { besiege, type Fortress, type Story } from '../support/fortress.ts';
import { kindOf } from '../support/mailbox.ts';
import { autoApp, browserFor, CLIENTS, signIn } from '../support/people.ts';

/** What is done at once, by one and the same person in one browser; and what of it is on record, and told, once. */
interface Row {
  ready?(owner: Owner, server: Fortress): Promise<unknown>;
  fields?(owner: Owner): Promise<Record<string, string>>;
  recorded: AuditType;
  told?: MailKind;
  /** Doing it again is no mistake: it is answered as if it had been done. */
  again?: true;
}

const TRIES = 8;

const rows: Record<string, Row> = {
  'profile/save': { fields: async () => ({ given_name: 'Ada' }), recorded: 'user.profile_changed', again: true },
  'profile/remove-phone': {
    ready: ({ userId }, { sql }) =>
      sql("update users set phone = '+4930901888', phone_verified_at = now() where id = $1", [userId]),
    recorded: 'user.phone_changed',
    told: 'phone_changed',
    again: true,
  },
  'activity/not-me': {
    fields: ({ model }) => idIn(model('activity'), 'events'),
    recorded: 'user.compromise_reported',
    again: true,
  },
  'privacy/export': { recorded: 'user.export_requested', told: 'export_ready' },
  'security/rename': {
    ready: addApp,
    fields: async ({ model }) => ({ ...(await idIn(model('security'), 'authenticators')), name: 'Old phone' }),
    recorded: 'factor.renamed',
    again: true,
  },
  'security/forget-browsers': {
    ready: ({ userId }, { sql }) => sql("insert into trusted_devices (user_id, device) values ($1, '\\x01')", [userId]),
    recorded: 'device.untrusted',
    again: true,
  },
  'security/remove': {
    ready: twoFactors,
    fields: ({ model }) => idIn(model('security'), 'authenticators'),
    recorded: 'factor.removed',
    told: 'factor_removed',
  },
  'security/remove-password': {
    ready: (owner, server) => addPasskey(server, owner),
    recorded: 'user.password_removed',
    told: 'password_removed',
  },
  'sessions/end': {
    ready: signedInElsewhere,
    fields: ({ model }) => idIn(model('sessions'), 'others'),
    recorded: 'session.revoked',
    again: true,
  },
  'sessions/end-others': { ready: signedInElsewhere, recorded: 'session.revoked', again: true },
  'apps/withdraw': { fields: async () => ({ id: 'auto' }), recorded: 'consent.revoked' },
  'identities/unlink': {
    ready: ({ userId }, { sql }) =>
      sql(
        "insert into identities (id, user_id, provider, issuer, subject) values ('i-' || $1, $1, 'acme', 'https://acme.test', $1)",
        [userId],
      ),
    fields: ({ model }) => idIn(model('identities'), 'identities'),
    recorded: 'identity.unlinked',
    told: 'identity_unlinked',
  },
  'privacy/delete': {
    fields: async () => ({ sure: 'true' }),
    recorded: 'user.deletion_requested',
    told: 'deletion_requested',
    again: true,
  },
  'privacy/keep': {
    ready: ({ act }) => act('privacy', 'delete', { sure: 'true' }),
    recorded: 'user.deletion_cancelled',
  },
};

besiege(
  `one change, ${TRIES} times at once`,
  { file: CLIENTS },
  Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [`${name}: made once, and told once`, storyOf(name, row)]),
  ),
);

function storyOf(name: string, { ready, fields, recorded: type, told, again }: Row): Story {
  return async (server) => {
    const owner = await accountOwner(server);
    await ready?.(owner, server);
    const given = (await fields?.(owner)) ?? {};
    await allSent(server);
    const [events, mails] = [await recorded(server, owner, type), count(server, owner, told)];
    const [section = '', verb = ''] = name.split('/');
    const answers = await Promise.all(Array.from({ length: TRIES }, () => owner.act(section, verb, given)));
    await allSent(server);
    assert.equal(await recorded(server, owner, type), events + 1);
    if (told) assert.equal(count(server, owner, told), mails + 1);
    const done = answers.filter(({ status }) => status === 200).length;
    assert.ok(again ? done >= 1 : done === 1, `${done} were done`);
    // The session that says it may be over before the others arrive.
    for (const { status } of answers) assert.ok([200, 401, 422].includes(status), String(status));
  };
}

function count({ mail }: Fortress, { person }: Owner, kind: MailKind | undefined): number {
  return mail.messages().filter((one) => one.to === person.email && kindOf(one) === kind).length;
}

async function idIn(page: ReturnType<Owner['model']>, list: string): Promise<Record<string, string>> {
  const [first] = (await page)[list] as { id: string }[];
  assert.ok(first);
  return { id: first.id };
}

async function twoFactors(owner: Owner, server: Fortress): Promise<void> {
  await addApp(owner);
  await addPasskey(server, owner);
}

async function signedInElsewhere({ person }: Owner, { issuer }: Fortress): Promise<void> {
  await signIn(await autoApp(issuer), browserFor(issuer), person);
}
