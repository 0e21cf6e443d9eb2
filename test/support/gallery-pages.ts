import type { Brand } from '../../src/web/branding.ts';
import type { Page } from '../../src/web/views.ts';

/** One page as it might be met: every view at least once, and the cases that tend to break a layout. */
export interface Scene {
  name: string;
  view: string;
  page: Page;
}

/** A picture that needs no network; real logos come from the operator's address. */
const LOGO = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><path fill="#0f7b6c" d="M20 2 35 8v11c0 9-6 16-15 19C11 35 5 28 5 19V8z"/><path fill="none" stroke="#fff" stroke-width="3" d="m13 20 5 5 9-10"/></svg>',
)}`;

export const house: Brand = {
  title: 'Example Insurance',
  tos_uri: 'https://example.com/terms',
  policy_uri: 'https://example.com/privacy',
  support_uri: 'https://example.com/help',
};
const auto: Brand = { ...house, accent: '#0f7b6c', background: '#eef4f2' };
const yellow: Brand = { ...house, accent: '#ffd21f', background: '#1d2733' };
const autoApp = { name: 'Auto Insurance', logo_uri: LOGO };
export const homeApp = { name: 'Home Insurance' };
export const longApp = { name: 'Rechtsschutz- und Haftpflichtversicherungsportal Süddeutschland' };

const base: Page = {
  lang: 'en',
  brand: auto,
  client: autoApp,
  action: (verb) => `/post/${verb}`,
  cancel: 'cancel',
  language: (tag) => `/language?lang=${tag}`,
};
export const page = (more: Partial<Page>): Page => ({ ...base, ...more });

export const identifier = 'maria.gonzalez@example.com';
export const code = { sent_to: identifier, expires_in_minutes: 10, resend_in_seconds: 30 };
const terms = [
  { id: 'tos', title: 'Terms of use', uri: 'https://example.com/terms' },
  { id: 'privacy', title: { en: 'Privacy policy', de: 'Datenschutzerklärung' }, uri: 'https://example.com/privacy' },
];
const attributes = [
  { name: 'email', type: 'email', required: true },
  { name: 'name', type: 'text', required: true },
  { name: 'phone_number', type: 'tel' },
  { name: 'birthdate', type: 'date' },
  {
    name: 'contact',
    label: { en: 'How may we reach you?', de: 'Wie dürfen wir Sie erreichen?' },
    type: 'choice',
    required: true,
    choices: ['E-mail', 'Phone', 'Letter'],
  },
  {
    name: 'region',
    label: 'Region',
    type: 'choice',
    choices: ['North', 'East', 'South', 'West', 'Islands'].map((value) => ({ value })),
  },
  { name: 'newsletter', label: 'Send me news twice a year', type: 'boolean' },
];
const passkeyOptions = { challenge: 'AAAA', rpId: 'login.example.com', userVerification: 'required' };
const ways = [
  { method: 'email-code' },
  { method: 'passkey', last_used: true },
  { method: 'federated', value: 'federated:acme', label: 'Continue with Acme Mutual Society' },
];

export const firstDoor: Scene[] = [
  {
    name: 'identify',
    view: 'sign-in/identify',
    page: page({ model: { can_register: true, passkey: { options: passkeyOptions } } }),
  },
  {
    name: 'identify-many-ways-yellow',
    view: 'sign-in/identify',
    page: page({
      brand: yellow,
      client: homeApp,
      errors: { identifier: 'email_invalid' },
      values: { identifier: 'maria.gonzalez@' },
      model: {
        can_register: true,
        alternatives: [
          ...ways,
          ...['Google', 'Facebook', 'Apple'].map((name) => ({ method: 'federated', label: `Continue with ${name}` })),
        ],
      },
    }),
  },
  {
    name: 'identify-german-long',
    view: 'sign-in/identify',
    page: page({ lang: 'de', brand: house, client: longApp, model: { can_register: true, alternatives: ways } }),
  },
  {
    name: 'identify-arabic',
    view: 'sign-in/identify',
    page: page({ lang: 'ar', model: { can_register: true, alternatives: ways } }),
  },
  {
    name: 'identify-no-app',
    view: 'sign-in/identify',
    page: page({ brand: {}, client: undefined, cancel: undefined }),
  },
  {
    name: 'password-wrong',
    view: 'sign-in/password',
    page: page({
      errors: { '': 'wrong_credentials' },
      model: { identifier, alternatives: [{ method: 'email-code' }] },
    }),
  },
  {
    name: 'password-spanish-waiting',
    view: 'sign-in/password',
    page: page({
      lang: 'es',
      brand: house,
      errors: { password: { key: 'too_many_tries', params: { seconds: 300 } } },
      model: { identifier },
    }),
  },
  {
    name: 'email-code',
    view: 'sign-in/email-code',
    page: page({ model: { ...code, identifier, alternatives: [{ method: 'password' }] } }),
  },
  {
    name: 'email-code-arabic-expired',
    view: 'sign-in/email-code',
    page: page({ lang: 'ar', errors: { code: 'code_expired' }, model: { ...code, identifier } }),
  },
  { name: 'verify-email', view: 'tasks/verify-email', page: page({ notice: 'code_sent', model: code }) },
  {
    name: 'register',
    view: 'sign-in/register',
    page: page({ model: { attributes: attributes.slice(0, 2), password: { min_length: 15 }, terms } }),
  },
  {
    name: 'register-german-errors',
    view: 'sign-in/register',
    page: page({
      lang: 'de',
      values: { email: 'maria@example.com', phone_number: '12', contact: 'Phone' },
      errors: {
        name: 'required',
        phone_number: 'phone_invalid',
        contact: 'required',
        region: 'value_invalid',
        new_password: { key: 'password_too_short', params: { min: 15 } },
        'terms.privacy': 'terms_required',
      },
      model: { attributes, password: { min_length: 15 }, terms },
    }),
  },
  { name: 'recover-french', view: 'sign-in/recover', page: page({ lang: 'fr', model: {} }) },
  { name: 'reset-code', view: 'sign-in/reset-code', page: page({ errors: { code: 'code_wrong' }, model: code }) },
  {
    name: 'new-password',
    view: 'sign-in/new-password',
    page: page({ errors: { new_password: 'password_common' }, model: { identifier, min_length: 15 } }),
  },
  { name: 'accept-terms', view: 'tasks/accept-terms', page: page({ model: { terms } }) },
  {
    name: 'give-attributes',
    view: 'tasks/give-attributes',
    page: page({ model: { attributes: attributes.slice(2) } }),
  },
  {
    name: 'select-account',
    view: 'sign-in/select-account',
    page: page({ model: { identifier, name: 'María González' } }),
  },
  {
    name: 'consent',
    view: 'consent',
    page: page({
      client: { ...autoApp, policy_uri: 'https://auto.example/privacy', tos_uri: 'https://auto.example/terms' },
      model: {
        account: identifier,
        scopes: [
          { scope: 'openid' },
          { scope: 'profile' },
          { scope: 'email' },
          { scope: 'offline_access' },
          { scope: 'claims:read', label: { en: 'Read the state of your claims' } },
        ],
      },
    }),
  },
  {
    name: 'device-enter-code',
    view: 'device/enter-code',
    page: page({ client: undefined, cancel: undefined, brand: house, hidden: { xsrf: 'x' } }),
  },
  {
    name: 'device-confirm',
    view: 'device/confirm',
    page: page({
      cancel: undefined,
      hidden: { xsrf: 'x', user_code: 'WDJB-MJHT', confirm: 'yes' },
      model: { user_code: 'WDJB-MJHT' },
    }),
  },
  { name: 'device-success', view: 'device/success', page: page({ cancel: undefined }) },
  {
    name: 'logout-confirm',
    view: 'logout/confirm',
    page: page({ cancel: 'https://auto.example/', model: { identifier } }),
  },
  { name: 'logout-done', view: 'logout/done', page: page({ client: undefined, cancel: undefined, brand: house }) },
  {
    name: 'message-denied',
    view: 'message',
    page: page({
      model: {
        kind: 'denied',
        reference: '7K4M-2QXD',
        actions: [
          { label: 'back', href: 'https://auto.example/' },
          { label: 'help', href: 'https://example.com/help' },
        ],
      },
    }),
  },
  {
    name: 'message-busy-arabic',
    view: 'message',
    page: page({
      lang: 'ar',
      model: {
        kind: 'busy',
        params: { seconds: 5 },
        reference: '7K4M-2QXD',
        actions: [{ label: 'try_again', href: '/' }],
      },
    }),
  },
  {
    name: 'passkey-unknown',
    view: 'sign-in/passkey',
    page: page({
      errors: { '': 'credential_unknown' },
      model: { identifier, options: passkeyOptions, alternatives: [{ method: 'password' }, { method: 'email-code' }] },
    }),
  },
  {
    name: 'second-factor-passkey',
    view: 'factors/webauthn',
    page: page({ model: { identifier, options: passkeyOptions, alternatives: [{ method: 'totp' }], trust_days: 30 } }),
  },
  {
    name: 'enroll-passkey-german',
    view: 'enroll/webauthn',
    page: page({
      lang: 'de',
      client: longApp,
      model: { identifier, options: passkeyOptions, alternatives: [{ method: 'totp' }] },
    }),
  },
];
