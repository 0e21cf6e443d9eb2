// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import sharp from 'sharp';
import { startSocialAccount } from '../../examples/social-account.ts';
import type { AuditType } from '../../src/audit/index.ts';
import type { MailKind } from '../../src/messaging/index.ts';
import { accountOwner, type Owner, ownerIn } from '../support/account.ts';
import { addApp, addPasskey, allSent } from '../support/account-factors.ts';
import { verbs } from '../support/account-sections.ts';
import { besiege, type Fortress, type Story } from '../support/fortress.ts';
import { kindOf, waitForMail } from '../support/mailbox.ts';
import { createKey, newKey } from '../support/passkey-page.ts';
import { autoApp, browserFor, CLIENTS, signedUp, signIn, somebody } from '../support/people.ts';
import { createBrowser } from '../support/rp.ts';
import { startSmsGateway, textedCode } from '../support/sms-gateways.ts';

/** Somebody on their account pages, and another mailbox that has to do with it. */
interface Place extends Owner {
  server: Fortress;
  other: { email: string; password: string };
}

interface Row {
  /** What has to be so before; what it records and sends does not count. */
  ready?(place: Place): Promise<unknown>;
  /** The change, as a person makes it. */
  change(place: Place): Promise<unknown>;
  /** Everything that is on record about the owner afterwards and was not before, besides having signed in. */
  recorded: AuditType[];
  /** Every mail that comes, and to whom; or why none has to. */
  told: Partial<Record<MailKind, 'owner' | 'other'>> | string;
}

const [social, gateway] = [await startSocialAccount({ name: 'Chirrup', port: 0 }), await startSmsGateway('webhook')];
after(social.close);
after(gateway.close);

const FILE = `${CLIENTS}
groups: [{ id: administrators }]
sms: { countries: [DE], default_country: DE }
identity_providers:
  - { id: chirrup, type: oidc, display_name: Chirrup, issuer: "${social.issuer}", client_id: house, token_endpoint_auth_method: none }
`;
const NUMBER = '+4930901820';

const rows: Record<string, Row> = {
  'profile/save': {
    change: ({ browser, page }) => press(browser, page('profile'), 'Save', { 'given-name': 'Ada' }),
    recorded: ['user.profile_changed'],
    told: 'a name lets nobody in',
  },
  'profile/upload': {
    change: uploadPicture,
    recorded: ['user.profile_changed'],
    told: 'a picture lets nobody in',
  },
  'profile/change-email': {
    async change({ browser, page, server, other: { email } }) {
      const ask = await press(browser, page('profile'), 'Change E-mail address');
      const sent = await browser.submit(ask, { email });
      const { code } = await waitForMail(server.mail, email, 'verify_email');
      await browser.submit(sent, { 'one-time-code': code });
    },
    recorded: ['user.email_changed'],
    told: { verify_email: 'other', email_changed: 'owner' },
  },
  'profile/change-phone': {
    ready: hasNumber,
    async change({ browser, page }) {
      const ask = await press(browser, page('profile'), 'Change Phone number');
      const sent = await browser.submit(ask, { tel: '+4930901821' });
      await browser.submit(sent, { 'one-time-code': await textedCode(gateway, '+4930901821') });
    },
    recorded: ['user.phone_changed'],
    told: { phone_changed: 'owner' },
  },
  'profile/remove-phone': {
    ready: hasNumber,
    change: ({ browser, page }) => press(browser, page('profile'), 'Remove Phone number'),
    recorded: ['user.phone_changed'],
    told: { phone_changed: 'owner' },
  },
  'security/add': {
    ready: addApp,
    async change({ server, browser, page }) {
      await createKey(browser, await press(browser, page('security'), 'factor=webauthn'), newKey(server.issuer));
    },
    recorded: ['factor.enrolled'],
    told: { factor_added: 'owner' },
  },
  'security/new-codes': {
    ready: addApp,
    change: async ({ browser, page }) => browser.submit(await press(browser, page('security'), 'Make new codes')),
    recorded: ['factor.enrolled'],
    told: { factor_added: 'owner' },
  },
  'security/change-password': {
    async change({ browser, page }) {
      const choose = await press(browser, page('security'), 'Change Password');
      await browser.submit(choose, { 'new-password': 'four quiet winter apples' });
    },
    recorded: ['session.revoked', 'user.password_changed'],
    told: { password_changed: 'owner' },
  },
  'security/rename': {
    ready: addApp,
    change: ({ browser, page }) => press(browser, page('security'), 'Save', { name: 'My old phone' }),
    recorded: ['factor.renamed'],
    told: 'a name lets nobody in',
  },
  'security/remove': {
    async ready(place) {
      await addApp(place);
      await addPasskey(place.server, place);
    },
    change: ({ browser, page }) => press(browser, page('security'), 'Remove Authenticator app'),
    recorded: ['factor.removed'],
    told: { factor_removed: 'owner' },
  },
  'security/remove-password': {
    ready: (place) => addPasskey(place.server, place),
    change: ({ browser, page }) => press(browser, page('security'), 'Remove Password'),
    recorded: ['user.password_removed'],
    told: { password_removed: 'owner' },
  },
  'security/forget-browsers': {
    ready: ({ server, userId }) =>
      server.sql("insert into trusted_devices (user_id, device) values ($1, '\\x01')", [userId]),
    change: ({ browser, page }) => press(browser, page('security'), 'Ask again everywhere'),
    recorded: ['device.untrusted'],
    told: 'it only asks for more',
  },
  'sessions/end': {
    ready: signedInElsewhere,
    async change({ act, model }) {
      const { others } = (await model('sessions')) as { others: { id: string }[] };
      await act('sessions', 'end', { id: others[0]?.id ?? '' });
    },
    recorded: ['session.revoked'],
    told: 'it only shuts out',
  },
  'sessions/end-others': {
    ready: signedInElsewhere,
    change: ({ browser, page }) => press(browser, page('sessions'), 'Sign out everywhere else'),
    recorded: ['session.revoked'],
    told: 'it only shuts out',
  },
  'activity/not-me': {
    async ready({ server, other }) {
      const { tokens, person } = await signedUp(server);
      await server.sql("update users set groups = '{administrators}' where id = $1", [tokens.claims()?.sub]);
      other.email = person.email;
    },
    change: ({ browser, page }) => press(browser, page('activity'), 'Sign me out everywhere'),
    recorded: ['session.revoked', 'user.compromise_reported'],
    told: { compromise_reported: 'other' },
  },
  'apps/withdraw': {
    change: ({ browser, page }) => press(browser, page('apps'), 'Take back Auto Insurance'),
    recorded: ['consent.revoked'],
    told: 'it only shuts out',
  },
  'identities/link': {
    change: link,
    recorded: ['identity.linked'],
    told: { identity_linked: 'owner' },
  },
  'identities/unlink': {
    ready: link,
    change: ({ browser, page }) => press(browser, page('identities'), 'Remove Chirrup'),
    recorded: ['identity.unlinked'],
    told: { identity_unlinked: 'owner' },
  },
  'privacy/export': {
    change: ({ browser, page }) => press(browser, page('privacy'), 'Ask for a copy'),
    recorded: ['user.export_requested'],
    told: { export_ready: 'owner' },
  },
  'privacy/delete': {
    change: ({ browser, page }) => press(browser, page('privacy'), 'Delete my account', { sure: 'true' }),
    recorded: ['user.deletion_requested'],
    told: { deletion_requested: 'owner' },
  },
  'privacy/keep': {
    ready: ({ act }) => act('privacy', 'delete', { sure: 'true' }),
    change: ({ browser, page }) => press(browser, page('privacy'), 'Keep my account'),
    recorded: ['user.deletion_cancelled'],
    told: 'nothing changes after all',
  },
};

const everyVerb: Story = async () => {
  assert.deepEqual(Object.keys(rows).sort(), verbs.map(({ section, verb }) => `${section}/${verb}`).sort());
};

besiege(
  'every change of an account',
  { file: FILE, env: { SMS_URL: gateway.url, OUTBOUND_ALLOW: new URL(social.issuer).host } },
  {
    'is in this table': everyVerb,
    ...Object.fromEntries(
      Object.entries(rows).map(([name, row]) => [`${name} is on record once, and ${tells(row)}`, storyOf(row)]),
    ),
  },
);

function tells({ told }: Row): string {
  return typeof told === 'string' ? `no mail comes: ${told}` : `told by mail once: ${Object.keys(told).join(', ')}`;
}

function storyOf({ ready, change, recorded, told }: Row): Story {
  return async (server) => {
    const owner = await accountOwner(server);
    const browser = createBrowser({ origins: [server.issuer, social.issuer], jar: owner.browser.jar });
    const place: Place = { ...owner, ...ownerIn(server, browser), server, other: somebody() };
    await ready?.(place);
    await allSent(server);
    const [events, mails] = [await eventsOf(place), new Set(server.mail.messages().map(({ id }) => id))];
    await change(place);
    await allSent(server);
    const came = server.mail.messages().filter(({ id }) => !mails.has(id));
    const wanted = typeof told === 'string' ? [] : Object.entries(told);
    const address = { owner: owner.person.email, other: place.other.email };
    assert.deepEqual(
      came.map((mail) => `${kindOf(mail)} to ${mail.to}`).sort(),
      wanted.map(([kind, who]) => `${kind} to ${address[who]}`).sort(),
    );
    for (const { text } of came) assert.match(text, /From: \S[\s\S]*When: \S/, 'with where and when');
    assert.deepEqual((await eventsOf(place)).slice(events.length).sort(), recorded);
  };
}

/** The types of what is on record about the owner, the oldest first: what they did, not that they showed who they are. */
async function eventsOf({ server, userId }: Place): Promise<string[]> {
  const found = await server.sql<{ type: string }>(
    "select type from audit_events where user_id = $1 and type <> 'user.signed_in' order by id",
    [userId],
  );
  return found.map(({ type }) => type);
}

async function press(
  browser: Owner['browser'],
  page: ReturnType<Owner['page']>,
  button: string,
  values: Record<string, string> = {},
) {
  return browser.submit(await page, values, button);
}

async function uploadPicture({ server, browser }: Place): Promise<void> {
  const bytes = await sharp({ create: { width: 30, height: 30, channels: 3, background: '#884422' } })
    .png()
    .toBuffer();
  const body = new FormData();
  body.set('file', new Blob([Buffer.from(bytes)], { type: 'image/png' }), 'me.png');
  const cookie = browser.jar.header(new URL(`${server.issuer}/account`)) ?? '';
  const answer = await fetch(`${server.issuer}/account/profile/upload`, { method: 'POST', body, headers: { cookie } });
  assert.equal(answer.status, 200);
}

async function hasNumber({ server, userId }: Place): Promise<void> {
  await server.sql('update users set phone = $2, phone_verified_at = now() where id = $1', [userId, NUMBER]);
}

async function signedInElsewhere({ server, person }: Place): Promise<void> {
  await signIn(await autoApp(server.issuer), browserFor(server.issuer), person);
}

async function link({ browser, page, userId }: Place): Promise<void> {
  const there = await press(browser, page('identities'), 'Add Chirrup');
  await browser.submit(await browser.submit(there, { name: userId, email: `${userId}@chirrup.example` }), {}, 'Add it');
}
