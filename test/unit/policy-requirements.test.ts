import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decision, Evidence, Signals, UserFacts } from '../../src/policy/index.ts';
import {
  ago,
  decideThen,
  emailCode,
  NOW,
  passkey,
  password,
  recoveryCode,
  totp,
  trustedDevice,
} from '../support/policies.ts';

/** How the trace says that the first requirement was met or not. */
function asked(require: string, evidence: readonly Evidence[], changes: Partial<Signals> = {}, session = '{}') {
  const decision = decideThen(`{ require: ${require}, session: ${session} }`, { evidence, ...changes });
  const [first] = decision.trace.find(({ policy }) => policy === 'it')?.requirements ?? [];
  return [first?.met, first?.reason];
}
const user = (facts: Partial<UserFacts>): Partial<Signals> => ({ user: { id: 'ada', disabled: false, ...facts } });

describe('mfa: proofs of two different kinds', () => {
  test('two of the same kind are one', () => {
    assert.deepEqual(asked('[mfa]', [password, totp]), [true, 'proven by password and totp: knowledge and possession']);
    assert.deepEqual(asked('[mfa]', [password, emailCode]), [
      true,
      'proven by password and email-code: knowledge and assertion',
    ]);
    assert.deepEqual(asked('[mfa]', [passkey]), [true, 'proven by webauthn: possession and inherence']);
    assert.deepEqual(asked('[mfa]', [totp, recoveryCode]), [false, 'only possession was proven']);
    assert.deepEqual(asked('[mfa]', [password]), [false, 'only knowledge was proven']);
    assert.deepEqual(asked('[mfa]', []), [false, 'nothing was proven']);
  });

  test('fresh: all of them are', () => {
    const require = '[mfa, { fresh: 15m }]';
    assert.deepEqual(asked(require, [ago(900, password), ago(900, totp)]), [
      ...[true, 'proven by password and totp: knowledge and possession'],
    ]);
    assert.deepEqual(asked(require, [ago(901, password), totp]), [
      ...[false, 'only possession was proven in the last 15 minutes'],
    ]);
    assert.deepEqual(asked(require, [password, totp], { at: undefined as never }), [
      ...[false, 'nothing was proven in the last 15 minutes'],
    ]);
    assert.equal(asked(require, [ago(-5, password), ago(-5, totp)])[0], true);
  });
});

test('acr: what was proven reaches one of these', () => {
  const decision = decideThen('{ require: [mfa] }', { evidence: [totp, recoveryCode], requiredAcr: ['aal2', 'phr'] });
  const reasonOf = (one: Decision) =>
    one.trace.find(({ policy }) => policy === 'requested_acr')?.requirements[0]?.reason;
  assert.equal(reasonOf(decision), 'aal1 was reached, not aal2 or phr');
  assert.equal(
    reasonOf(decideThen('{ require: [mfa] }', { evidence: [], requiredAcr: ['aal2'] })),
    'nothing was reached, not aal2',
  );
  assert.equal(
    reasonOf(decideThen('{ require: [mfa] }', { evidence: [passkey], requiredAcr: ['aal2'] })),
    'phr was reached',
  );
});

describe('a trusted browser', () => {
  const trust = (evidence: readonly Evidence[], changes: Partial<Signals> = {}, require = '[mfa]') =>
    asked(require, evidence, changes, '{ trust_device: 30d }');
  const days = (count: number, evidence: Evidence) => ago(count * 86_400, evidence);

  test('stands in for the second factor as long as the policy trusts it', () => {
    assert.deepEqual(trust([password, days(30, trustedDevice)]), [true, 'proven by password in a trusted browser']);
    assert.deepEqual(trust([password, ago(30 * 86_400 + 1, trustedDevice)]), [false, 'only knowledge was proven']);
    assert.deepEqual(trust([password, days(31, trustedDevice), trustedDevice])[0], true);
  });

  test('is no proof by itself', () => {
    assert.deepEqual(trust([trustedDevice]), [false, 'nothing was proven']);
  });

  test('is worth nothing where no policy trusts it, or when it is not known what time it is', () => {
    assert.deepEqual(asked('[mfa]', [password, trustedDevice]), [false, 'only knowledge was proven']);
    assert.deepEqual(trust([password, trustedDevice], { at: undefined as never })[0], false);
  });

  test('meets mfa only', () => {
    const evidence = [password, trustedDevice];
    assert.equal(trust(evidence, {}, '[phishing_resistant, mfa]')[0], false);
    assert.equal(trust(evidence, {}, '[{ authenticator: [trusted_device] }, mfa]')[0], false);
    assert.equal(trust(evidence, {}, '[{ any: [verified_phone, mfa] }]')[0], true);
  });

  test('outlasts sign-in frequency, which what it stands beside does not', () => {
    const session = '{ trust_device: 30d, max_age: 1h }';
    assert.equal(asked('[mfa]', [password, days(3, trustedDevice)], {}, session)[0], true);
    assert.equal(asked('[mfa]', [ago(3601, password), days(3, trustedDevice)], {}, session)[0], false);
  });
});

test('phishing_resistant: something that was proven resists phishing', () => {
  assert.deepEqual(asked('[phishing_resistant]', [password, passkey]), [true, 'proven by webauthn']);
  assert.deepEqual(asked('[phishing_resistant]', [password, totp]), [
    false,
    'nothing that resists phishing was proven',
  ]);
  assert.deepEqual(asked('[phishing_resistant, { fresh: 1h }]', [password, ago(3601, passkey)]), [
    ...[false, 'nothing that resists phishing was proven in the last 1 hour'],
  ]);
});

test('authenticator: one of these was proven', () => {
  assert.deepEqual(asked('[{ authenticator: [sms, totp] }]', [password, totp]), [true, 'proven by totp']);
  assert.deepEqual(asked('[{ authenticator: [sms, webauthn] }]', [password, totp]), [
    false,
    'sms or webauthn was not proven',
  ]);
  assert.deepEqual(asked('[{ authenticator: [totp] }, { fresh: 90s }]', [ago(91, totp)]), [
    ...[false, 'totp was not proven in the last 90 seconds'],
  ]);
  assert.equal(asked('[{ authenticator: [totp] }, { fresh: 90s }]', [ago(90, totp)])[0], true);
});

test('fresh: anything was proven that recently', () => {
  assert.deepEqual(asked('[{ fresh: 1d }]', [ago(86_400, password), ago(86_400, totp)]), [
    true,
    'proven by password and totp',
  ]);
  assert.deepEqual(asked('[{ fresh: 1d }]', [ago(86_401, password)]), [false, 'nothing was proven in the last 1 day']);
  assert.equal(asked('[{ fresh: 1d }]', [trustedDevice])[0], false);
});

test('verified_email and verified_phone: what is not known is not met', () => {
  assert.deepEqual(asked('[verified_email]', [password], user({ emailVerified: true })), [
    true,
    'the e-mail address is verified',
  ]);
  assert.deepEqual(asked('[verified_email]', [password], user({ emailVerified: false, phoneVerified: true })), [
    ...[false, 'the e-mail address is not verified'],
  ]);
  assert.deepEqual(asked('[verified_email]', [password], user({ phoneVerified: true })), [
    ...[false, 'whether the e-mail address is verified is not known'],
  ]);
  assert.deepEqual(asked('[verified_phone]', [password], user({ phoneVerified: true })), [
    true,
    'the phone number is verified',
  ]);
  assert.equal(asked('[verified_phone]', [password], user({ emailVerified: true }))[0], false);
  assert.equal(asked('[verified_phone]', [password], user({ phoneVerified: 'yes' as never }))[0], false);
  assert.equal(asked('[verified_phone]', [password], { user: undefined as never })[0], false);
});

test('terms: the newest version is accepted', () => {
  const accepted = (...acceptedTerms: string[]) => user({ acceptedTerms });
  assert.deepEqual(asked('[{ terms: b }]', [password], accepted('a', 'b')), [true, 'the terms b are accepted']);
  assert.deepEqual(asked('[{ terms: b }]', [password], accepted('a')), [false, 'the terms b are not accepted']);
  assert.equal(asked('[{ terms: b }]', [password], user({}))[0], false);
});

test('password_change: since 15 minutes before the oldest proof that counts', () => {
  const changed = (before: number, ...evidence: Evidence[]) =>
    asked('[password_change]', evidence, user({ passwordChangedAt: NOW - before }));
  assert.deepEqual(changed(1900, ago(1000, password)), [true, 'the password was changed for this sign-in']);
  assert.deepEqual(changed(1901, ago(1000, password)), [false, 'the password was not changed for this sign-in']);
  assert.equal(changed(1900, ago(1000, password), totp)[0], true);
  assert.equal(changed(1900, ago(999, password), ago(3000, trustedDevice))[0], false);
  assert.equal(changed(0)[0], false);
  assert.equal(changed(0, trustedDevice)[0], false);
  assert.equal(asked('[password_change]', [password], user({}))[0], false);
  assert.equal(asked('[password_change]', [password], { user: undefined as never })[0], false);
});

test('any: one of them is enough, and when none is met all reasons are told', () => {
  const require = '{ any: [mfa, verified_phone] }';
  assert.deepEqual(asked(require, [password], user({ phoneVerified: true })), [true, 'the phone number is verified']);
  assert.deepEqual(asked(require, [password, totp]), [true, 'proven by password and totp: knowledge and possession']);
  assert.deepEqual(asked(require, [password], user({ phoneVerified: false })), [
    ...[false, 'only knowledge was proven, the phone number is not verified'],
  ]);
});
