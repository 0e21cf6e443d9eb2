import { house, identifier, page, type Scene } from './gallery-pages.ts';

const now = 1_790_000_000;
const [HOUR, DAY] = [3600, 86_400];
const sections = ['overview', 'profile', 'security', 'sessions', 'activity', 'apps', 'identities', 'privacy'];

type Model = NonNullable<Scene['page']['model']>;

function account(section: string, model: Model, more: Partial<Scene['page']> = {}): Pick<Scene, 'view' | 'page'> {
  return {
    view: `account/${section}`,
    page: page({
      ...{ client: undefined, cancel: undefined, brand: house, action: (verb) => `/account/${section}/${verb}` },
      ...more,
      model: { ...model, now, section, sections },
    }),
  };
}

const session = {
  id: 'one',
  ...{ browser: 'Firefox', system: 'Linux', country: 'FR', ip: '2001:db8:85a3:8d3:1319:8a2e:370:7348' },
  ...{ created_at: now - 3 * DAY, last_seen_at: now - 40, clients: ['Auto Insurance', 'Home Insurance'] },
};
const attribute = { required: false, editable: true };
const authenticators = [
  {
    ...{ id: 'a', factor: 'webauthn', name: 'iCloud Keychain', passkey: true, synced: true },
    ...{ created_at: now - 90 * DAY, last_used_at: now - 2 * HOUR },
  },
  { id: 'b', factor: 'webauthn', passkey: false, synced: false, created_at: now - 400 * DAY },
  { id: 'c', factor: 'totp', created_at: now - 30 * DAY, last_used_at: now - DAY },
  { id: 'd', factor: 'sms', phone_number: '+4915112345678', created_at: now - 20, last_used_at: now - 10 },
];
const security = {
  strength: 'passkey',
  password: { set: true, changed_at: now - 200 * DAY, removable: true },
  authenticators,
  add: ['webauthn', 'totp', 'sms'],
  recovery_codes: { offered: true, left: 7, created_at: now - 30 * DAY },
  trusted_browsers: 2,
};
const privacy = {
  exports: [
    { id: 'x', requested_at: now - 60, expires_at: now + 7 * DAY },
    { id: 'y', requested_at: now - DAY, ready_at: now - DAY, expires_at: now + 6 * DAY },
  ],
  terms: [
    { id: 'house', version: '2', accepted_at: now - DAY, title: { en: 'House rules' }, uri: 'https://x.example' },
    { id: 'gone', version: '1', accepted_at: now - 9 * DAY },
  ],
  deletion_days: 14,
};
const LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorff';
const events = [
  {
    ...{ id: '9', at: now - 30, type: 'user.signed_in', client: 'Home Insurance', country: 'FR', ip: '192.0.2.7' },
    ...{ methods: ['password', 'totp'], demands: ['mfa', 'verified_phone'] },
  },
  { id: '8', at: now - 2 * HOUR, type: 'factor.enrolled', factor: 'webauthn', country: 'DE' },
  { id: '7', at: now - DAY, type: 'identity.linked', provider: 'Google' },
  { id: '6', at: now - 2 * DAY, type: 'user.denied', client: 'Auto Insurance', country: 'US', ip: '198.51.100.3' },
  { id: '5', at: now - 3 * DAY, type: 'user.password_changed' },
  { id: '3', at: now - 4 * DAY, type: 'user.profile_changed', fields: [{ name: 'given_name' }, { name: 'picture' }] },
  { id: '2', at: now - 5 * DAY, type: 'session.revoked', reason: 'password_reset' },
  { id: '1', at: now - 6 * DAY, type: 'user.signed_in', methods: ['password', 'totp'], demands: ['mfa'] },
  { id: '4', at: now - 90 * DAY, type: 'user.registered' },
];

/** The pages of an account. */
export const accountPages: Scene[] = [
  { name: 'account-overview', ...account('overview', { name: 'María González', identifier, strength: 'two' }) },
  {
    name: 'account-overview-leaving-arabic',
    ...account('overview', { identifier, strength: 'one', deletion_due_at: now + 9 * DAY }, { lang: 'ar' }),
  },
  { name: 'account-overview-nameless', ...account('overview', { identifier: '', strength: 'key_alone' }) },
  {
    name: 'account-profile',
    ...account('profile', {
      ...{ email: identifier, email_verified: true, phone_number: '+4915112345678', phone_number_verified: true },
      ...{ picture: null, can_text: true },
      attributes: [
        { ...attribute, name: 'given_name', type: 'text', value: 'María' },
        { ...attribute, name: 'family_name', type: 'text', value: 'González' },
        { ...attribute, name: 'locale', type: 'locale', value: 'es' },
        { ...attribute, name: 'newsletter', type: 'boolean', value: true, label: { en: 'Send me news' } },
        { ...attribute, name: 'tier', type: 'text', value: 'Gold', editable: false, label: { en: 'Tier' } },
      ],
    }),
  },
  {
    name: 'account-profile-wrong-german',
    ...account(
      'profile',
      {
        ...{ email: identifier, email_verified: false, phone_number: null, phone_number_verified: false },
        ...{ picture: null, can_text: true },
        attributes: [{ ...attribute, name: 'given_name', type: 'text', value: 'María' }],
      },
      { lang: 'de', errors: { picture: 'picture_invalid' }, values: { picture: 'bild' } },
    ),
  },
  {
    name: 'account-profile-everything',
    ...account(
      'profile',
      {
        ...{ email: null, email_verified: false, phone_number: null, phone_number_verified: false },
        ...{ picture: null, can_text: true },
        attributes: [
          { ...attribute, name: 'given_name', type: 'text', value: LONG_NAME },
          {
            ...attribute,
            name: 'plan',
            type: 'choice',
            choices: ['Basic', 'Full'],
            value: 'Full',
            label: { en: 'Plan' },
          },
          { ...attribute, name: 'region', type: 'choice', choices: [...'ABCDE'], value: 'C', label: { en: 'Region' } },
          { ...attribute, name: 'birthdate', type: 'date', value: '1990-02-28' },
          { ...attribute, name: 'cars', type: 'number', value: 2, label: { en: 'Cars' } },
        ],
      },
      { errors: { cars: 'number_invalid', birthdate: 'date_invalid' }, values: { cars: 'two', birthdate: '' } },
    ),
  },
  {
    name: 'account-overview-long-name',
    ...account('overview', {
      name: `${LONG_NAME} ${LONG_NAME}`,
      identifier: `${LONG_NAME}@example.com`,
      strength: 'key',
    }),
  },
  { name: 'account-security', ...account('security', security, { notice: 'renamed' }) },
  {
    name: 'account-security-wrong-name',
    ...account('security', security, { errors: { name: 'required' }, values: { id: 'a', name: ' ' } }),
  },
  { name: 'account-privacy-proven', ...account('privacy', privacy, { notice: 'proven', values: { sure: 'true' } }) },
  {
    name: 'account-security-empty-french',
    ...account(
      'security',
      {
        ...{
          strength: 'one_without_password',
          password: { set: false, removable: false },
          authenticators: [],
          add: ['webauthn', 'totp'],
        },
        ...{ recovery_codes: { offered: false }, trusted_browsers: 0 },
      },
      { lang: 'fr', errors: { '': 'last_way_in' } },
    ),
  },
  {
    name: 'account-sessions',
    ...account('sessions', {
      current: session,
      others: [
        { ...session, id: 'two', browser: 'Safari', system: 'iPhone', last_seen_at: now - 5 * DAY, clients: [] },
      ],
    }),
  },
  { name: 'account-sessions-none-spanish', ...account('sessions', { current: session, others: [] }, { lang: 'es' }) },
  { name: 'account-activity', ...account('activity', { events, next: '4' }) },
  { name: 'account-activity-arabic', ...account('activity', { events }, { lang: 'ar' }) },
  { name: 'account-activity-none', ...account('activity', { events: [] }) },
  {
    name: 'account-apps',
    ...account('apps', {
      apps: [
        { id: 'auto', name: 'Auto Insurance', scopes: ['profile', 'email'], since: now - DAY, last_used_at: now - 60 },
        { id: 'api', name: 'Quotes', uri: 'https://quotes.example', scopes: [], since: now, last_used_at: now },
      ],
    }),
  },
  { name: 'account-apps-none', ...account('apps', { apps: [] }) },
  {
    name: 'account-identities',
    ...account('identities', {
      identities: [
        { id: 'g', provider: 'Google', email: identifier, linked_at: now - DAY, last_used_at: now - HOUR },
        { id: 'a', provider: 'Acme', linked_at: now - DAY },
      ],
      choices: [
        { method: 'federated', choice: 'google', label: 'Google', type: 'google' },
        { method: 'federated', choice: 'acme', label: 'Acme', type: 'oidc' },
      ],
    }),
  },
  { name: 'account-identities-none', ...account('identities', { identities: [], choices: [] }) },
  {
    name: 'account-privacy',
    ...account('privacy', privacy),
  },
  {
    name: 'account-privacy-leaving-german',
    ...account(
      'privacy',
      { exports: [], terms: [], deletion_days: 14, deletion_due_at: now + 3 * DAY },
      { lang: 'de' },
    ),
  },
  {
    name: 'account-link-again',
    view: 'enroll/link',
    page: page({ client: undefined, errors: { '': 'identity_taken' }, model: { provider: 'Google', identifier } }),
  },
  {
    name: 'change-email',
    view: 'tasks/change-email',
    page: page({ client: undefined, errors: { email: 'email_same' }, model: { identifier } }),
  },
  { name: 'undo', view: 'undo', page: page({ client: undefined, cancel: undefined, brand: house }) },
  { name: 'keep-account', view: 'keep-account', page: page({ client: undefined, cancel: undefined, brand: house }) },
  {
    name: 'message-change-undone',
    view: 'message',
    page: page({
      ...{ client: undefined, cancel: undefined, brand: house },
      model: { kind: 'change_undone', actions: [{ label: 'sign_in', href: '/account' }] },
    }),
  },
  {
    name: 'account-asks-more-german',
    view: 'enroll/choose',
    page: page({ client: undefined, brand: {}, lang: 'de', model: { identifier, ways: ['webauthn', 'totp'] } }),
  },
];
