import { qrCode } from '../../src/verifiers/index.ts';
import { code, homeApp, house, identifier, longApp, page, type Scene } from './gallery-pages.ts';

const uri = 'otpauth://totp/Example%20Insurance:maria.gonzalez%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const key = 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP';
const codes = Array.from({ length: 10 }, (_, index) => `k7qf-2m9d-xw${index}p`);
const phone = '+49 ··· ··20';
const others = [{ method: 'webauthn' }, { method: 'email-code' }, { method: 'recovery-code' }];
/** No number leads to this key, so a picture shows the work going on. */
const challenge = {
  parameters: {
    ...{ algorithm: 'PBKDF2/SHA-256', nonce: '00'.repeat(16), salt: '11'.repeat(16) },
    ...{ cost: 20_000, keyLength: 32, keyPrefix: 'ff'.repeat(16) },
  },
};

/** The pages of second factors. */
export const secondDoor: Scene[] = [
  {
    name: 'enroll-choose',
    view: 'enroll/choose',
    page: page({ client: homeApp, model: { identifier, ways: ['webauthn', 'totp', 'sms', 'verify-phone'] } }),
  },
  {
    name: 'enroll-choose-german',
    view: 'enroll/choose',
    page: page({ lang: 'de', client: longApp, brand: house, model: { identifier, ways: ['webauthn', 'totp'] } }),
  },
  {
    name: 'enroll-totp',
    view: 'enroll/totp',
    page: page({ model: { identifier, key, uri, qr: { ...qrCode(uri) }, alternatives: [{ method: 'webauthn' }] } }),
  },
  {
    name: 'enroll-totp-arabic-wrong',
    view: 'enroll/totp',
    page: page({ lang: 'ar', errors: { code: 'app_code_wrong' }, model: { key, uri, qr: { ...qrCode(uri) } } }),
  },
  { name: 'enroll-recovery-codes', view: 'enroll/recovery-code', page: page({ model: { codes } }) },
  {
    name: 'second-factor-app',
    view: 'factors/totp',
    page: page({ model: { identifier, alternatives: others, trust_days: 30 } }),
  },
  {
    name: 'second-factor-app-wrong',
    view: 'factors/totp',
    page: page({ errors: { code: 'app_code_wrong' }, model: { identifier, alternatives: others } }),
  },
  {
    name: 'second-factor-recovery',
    view: 'factors/recovery-code',
    page: page({ lang: 'fr', model: { identifier, left: 7, alternatives: [{ method: 'totp' }] } }),
  },
  { name: 'second-factor-pass', view: 'factors/access-pass', page: page({ lang: 'es', model: { identifier } }) },
  {
    name: 'waiting-period',
    view: 'factors/waiting-period',
    page: page({ model: { identifier, days: 7, alternatives: [{ method: 'totp' }] } }),
  },
  {
    name: 'waiting-period-waits-german',
    view: 'factors/waiting-period',
    page: page({
      lang: 'de',
      errors: { '': 'recovery_waits' },
      model: { identifier, days: 7, ready: false, ready_at: 1_790_000_000 },
    }),
  },
  {
    name: 'waiting-period-over-arabic',
    view: 'factors/waiting-period',
    page: page({ lang: 'ar', model: { identifier, days: 7, ready: true, ready_at: 1_790_000_000 } }),
  },
  {
    name: 'second-factor-mail',
    view: 'factors/email-code',
    page: page({ model: { ...code, identifier, alternatives: [{ method: 'totp' }], trust_days: 1 } }),
  },
  {
    name: 'second-factor-ready',
    view: 'factors/ready',
    page: page({ client: homeApp, model: { identifier, method: 'sms', alternatives: [{ method: 'totp' }] } }),
  },
  {
    name: 'second-factor-ready-check-arabic',
    view: 'factors/ready',
    page: page({
      lang: 'ar',
      client: homeApp,
      errors: { '': 'bot_check_required' },
      model: { identifier, method: 'sms', bot_check: { provider: 'altcha', challenge, most: 4000 } },
    }),
  },
  {
    name: 'change-password',
    view: 'tasks/change-password',
    page: page({ errors: { new_password: 'password_same' }, model: { identifier, min_length: 15, wanted: true } }),
  },
  {
    name: 'enroll-phone',
    view: 'enroll/sms',
    page: page({ model: { identifier, alternatives: [{ method: 'totp' }] } }),
  },
  {
    name: 'enroll-phone-refused-german',
    view: 'enroll/sms',
    page: page({ lang: 'de', errors: { phone_number: 'sms_country' }, values: { phone_number: '+99' }, model: {} }),
  },
  { name: 'enroll-phone-code', view: 'enroll/sms-code', page: page({ model: { ...code, sent_to: phone } }) },
  {
    name: 'second-factor-phone',
    view: 'factors/sms',
    page: page({ model: { ...code, sent_to: phone, alternatives: others, trust_days: 30 } }),
  },
  {
    name: 'second-factor-phone-unavailable',
    view: 'factors/sms',
    page: page({ model: { sent_to: phone, problem: 'sms_unavailable', alternatives: others } }),
  },
  { name: 'verify-phone', view: 'tasks/verify-phone', page: page({ client: homeApp, model: { identifier } }) },
  {
    name: 'verify-phone-code-arabic',
    view: 'tasks/verify-phone-code',
    page: page({ lang: 'ar', errors: { code: 'code_wrong' }, model: { ...code, sent_to: phone } }),
  },
  { name: 'not-me', view: 'not-me', page: page({ client: undefined, cancel: undefined, brand: house }) },
  {
    name: 'message-stuck',
    view: 'message',
    page: page({ client: homeApp, model: { kind: 'stuck', reference: '7k4m-2qxd-9vwp' } }),
  },
];
