import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assurance, type Evidence, evaluate, meetsAcr, type Signals, withEvidence } from '../../src/policy/index.ts';

const password: Evidence = { by: 'password', kinds: ['knowledge'], amr: ['pwd'], phishingResistant: false, at: 100 };
const mailbox: Evidence = { by: 'email_code', kinds: ['assertion'], amr: ['otp'], phishingResistant: false, at: 200 };
const passkey: Evidence = {
  by: 'webauthn',
  kinds: ['possession', 'inherence'],
  amr: ['hwk', 'user'],
  phishingResistant: true,
  at: 50,
};

const signals: Signals = {
  user: { id: 'u', disabled: false },
  client: { id: 'c' },
  evidence: [password],
  requiredAcr: [],
  reachableAcr: 'aal1',
};

test('one kind of factor is aal1, two kinds are aal2, two kinds that resist phishing are phr', () => {
  assert.equal(assurance([]).acr, undefined);
  assert.equal(assurance([password]).acr, 'aal1');
  assert.equal(assurance([password, { ...password, by: 'pin' }]).acr, 'aal1');
  assert.equal(assurance([password, mailbox]).acr, 'aal2');
  assert.equal(assurance([passkey]).acr, 'phr');
});

test('amr says what was proven, and mfa only for two kinds (RFC 8176)', () => {
  assert.deepEqual(assurance([password]).amr, ['pwd']);
  assert.deepEqual(assurance([password, mailbox]).amr, ['pwd', 'otp', 'mfa']);
});

test('the time of authentication is that of the newest proof', () => {
  assert.equal(assurance([password, mailbox, passkey]).authTime, 200);
});

test('of two proofs of the same kind the newer counts, and others stay', () => {
  const newer = { ...password, at: 300 };
  assert.deepEqual(withEvidence([password, mailbox], [newer]), [mailbox, newer]);
});

test('a stronger acr meets a weaker request, an unknown one is never met', () => {
  assert.ok(meetsAcr('phr', 'aal2'));
  assert.ok(!meetsAcr('aal1', 'aal2'));
  assert.ok(!meetsAcr('phr', 'urn:elsewhere:gold'));
  assert.ok(!meetsAcr(undefined, 'aal1'));
});

test('a usable person with evidence may pass, and the trace says why', () => {
  const decision = evaluate(signals);
  assert.equal(decision.outcome, 'allow');
  assert.deepEqual(
    decision.trace.map((entry) => entry.policy),
    ['account_usable', 'something_proven', 'requested_acr'],
  );
});

test('nobody passes who is unknown, disabled, or has proven nothing', () => {
  assert.equal(evaluate({ ...signals, user: undefined }).outcome, 'deny');
  assert.equal(evaluate({ ...signals, user: { id: 'u', disabled: true } }).outcome, 'deny');
  assert.equal(evaluate({ ...signals, evidence: [] }).outcome, 'step_up');
});

test('a required acr steps up where it can be reached and denies where it cannot', () => {
  assert.equal(evaluate({ ...signals, requiredAcr: ['aal2'], reachableAcr: 'aal2' }).outcome, 'step_up');
  const denied = evaluate({ ...signals, requiredAcr: ['aal2'] });
  assert.equal(denied.outcome === 'deny' && denied.reason, 'unreachable');
  assert.equal(evaluate({ ...signals, evidence: [password, mailbox], requiredAcr: ['aal2'] }).outcome, 'allow');
});

test('a blocked person is told so, whatever else could not be reached', () => {
  const decision = evaluate({ ...signals, user: { id: 'u', disabled: true }, requiredAcr: ['phr'] });
  assert.equal(decision.outcome === 'deny' && decision.reason, 'blocked');
});
