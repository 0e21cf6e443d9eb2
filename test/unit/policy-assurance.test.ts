import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acrValues,
  assurance,
  countingEvidence,
  type Evidence,
  meetsAcr,
  withEvidence,
} from '../../src/policy/index.ts';
import { ago, emailCode, NOW, passkey, password, totp, trustedDevice } from '../support/policies.ts';

describe('what evidence adds up to', () => {
  test('one kind of factor is aal1, two kinds are aal2, two kinds that resist phishing are phr', () => {
    assert.equal(assurance([]).acr, undefined);
    assert.equal(assurance([password]).acr, 'aal1');
    assert.equal(assurance([password, { ...password, by: 'pin' }]).acr, 'aal1');
    assert.equal(assurance([{ ...totp, phishingResistant: true }]).acr, 'aal1');
    assert.equal(assurance([password, emailCode]).acr, 'aal2');
    assert.equal(assurance([password, { ...totp, phishingResistant: true }]).acr, 'phr');
    assert.equal(assurance([passkey]).acr, 'phr');
  });

  test('amr says what was proven, once, and mfa only for two kinds (RFC 8176)', () => {
    assert.deepEqual(assurance([password]).amr, ['pwd']);
    assert.deepEqual(assurance([password, emailCode]).amr, ['pwd', 'otp', 'mfa']);
    assert.deepEqual(assurance([totp, emailCode]).amr, ['otp', 'mfa']);
    assert.deepEqual(assurance([password, passkey]).kinds, ['knowledge', 'possession', 'inherence']);
  });

  test('the time of authentication is that of the newest proof', () => {
    assert.equal(assurance([ago(5, password), ago(3, emailCode), ago(9, passkey)]).authTime, NOW - 3);
    assert.equal(assurance([]).authTime, undefined);
  });

  test('a trusted browser proves nothing, and neither does what is of no kind', () => {
    const trusted: Evidence = { ...trustedDevice, amr: ['hwk'], phishingResistant: true };
    const nothing = { acr: undefined, amr: [], kinds: [], authTime: undefined };
    assert.deepEqual(assurance([trusted]), nothing);
    assert.deepEqual(assurance([{ ...totp, kinds: [] }]), nothing);
    assert.deepEqual(assurance([{ ...totp, by: 'trusted_device' }]), nothing);
    assert.deepEqual(assurance([ago(9, password), trusted]), assurance([ago(9, password)]));
  });

  test('of two proofs of the same kind the newer counts, and others stay', () => {
    const newer = ago(-100, password);
    const key = { ...passkey, credential: 'a' };
    assert.deepEqual(withEvidence([password, emailCode], [newer]), [emailCode, newer]);
    assert.deepEqual(withEvidence([key], [{ ...key, credential: 'b' }]), [key, { ...key, credential: 'b' }]);
    assert.deepEqual(withEvidence([key], [ago(1, key)]), [ago(1, key)]);
    assert.deepEqual(withEvidence([password, totp], [newer, passkey]), [totp, newer, passkey]);
  });

  test('a stronger acr meets a weaker request, an unknown one is never met', () => {
    assert.ok(meetsAcr('phr', 'aal2'));
    assert.ok(meetsAcr('aal1', 'aal1'));
    assert.ok(!meetsAcr('aal1', 'aal2'));
    assert.ok(!meetsAcr('phr', 'urn:elsewhere:gold'));
    assert.ok(!meetsAcr(undefined, 'aal1'));
    assert.deepEqual(acrValues, ['aal1', 'aal2', 'phr']);
  });

  test('evidence counts to the second that sign-in frequency allows; a trusted browser has a limit of its own', () => {
    const old = [ago(60, password), ago(61, totp), ago(9999, trustedDevice)];
    assert.deepEqual(countingEvidence(old, NOW, 60), [ago(60, password), ago(9999, trustedDevice)]);
    assert.deepEqual(countingEvidence(old, NOW, undefined), old);
  });
});
