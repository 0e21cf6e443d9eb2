import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../src/policy/index.ts';
import { next, nothing } from '../../src/signin/next.ts';
import type { Pending, SignInState } from '../../src/signin/state.ts';

const rest = { session: {}, trace: [] };
const allow: Decision = { outcome: 'allow', ...rest };
const stepUp: Decision = { outcome: 'step_up', unmet: [{ require: 'mfa' }], ...rest };
const blocked: Decision = { outcome: 'deny', by: ['p'], reason: 'blocked', ...rest };
const method: Pending = { kind: 'method', name: 'password', view: 'v', show: {}, remember: {} };
const task: Pending = { ...method, kind: 'task', name: 'accept-terms' };
const factor: Pending = { ...method, kind: 'factor', name: 'totp' };
const enrollment: Pending = { ...method, kind: 'enrollment', name: 'totp' };
const known: SignInState = { evidence: [], userId: 'u' };
const due = (...names: string[]) => ({ ...nothing, due: names });

test('nobody yet: the pending question, or who it is', () => {
  assert.deepEqual(next({ evidence: [] }, undefined, nothing), { step: 'identify' });
  assert.deepEqual(next({ evidence: [], pending: method }, undefined, nothing), { step: 'show', pending: method });
});

test('a second factor that is pending is not asked of nobody', () => {
  assert.deepEqual(next({ evidence: [], pending: factor }, undefined, nothing), { step: 'identify' });
});

test('a decision without a person, or a person without a decision, lets nobody on', () => {
  assert.equal(next({ evidence: [] }, allow, nothing).step, 'identify');
  assert.equal(next(known, undefined, nothing).step, 'identify');
});

test('somebody who may not pass is denied before any task is asked of them', () => {
  assert.deepEqual(next(known, blocked, due('accept-terms')), { step: 'denied', reason: 'blocked' });
});

test('tasks come one after another, and done comes after the last', () => {
  const asked = { ...known, pending: task };
  assert.deepEqual(next(known, allow, due('accept-terms', 'give-attributes')), { step: 'task', name: 'accept-terms' });
  assert.deepEqual(next(asked, allow, due('accept-terms')), { step: 'show', pending: task });
  assert.deepEqual(next(asked, allow, due('give-attributes')), { step: 'task', name: 'give-attributes' });
  assert.deepEqual(next(asked, allow, nothing), { step: 'done' });
});

test('a method that is still pending is not asked of somebody who is known', () => {
  assert.deepEqual(next({ ...known, pending: method }, allow, nothing), { step: 'done' });
});

test('whoever needs more is never done, whatever is pending or due', () => {
  for (const pending of [undefined, method, task, factor, enrollment]) {
    const state = pending ? { ...known, pending } : known;
    assert.deepEqual(next(state, stepUp, due('accept-terms')), { step: 'stuck' });
  }
});

test('who they are comes first, then what they have, then what they may add, then tasks', () => {
  const all = {
    due: [],
    again: true,
    factors: ['webauthn', 'totp'],
    enrollments: ['sms'],
    tasks: ['accept-terms'],
    insteadTasks: ['verify-phone'],
  };
  assert.deepEqual(next(known, stepUp, all), { step: 'again' });
  assert.deepEqual(next(known, stepUp, { ...all, again: false }), { step: 'challenge', factor: 'webauthn' });
  const without = { ...all, again: false, factors: [] };
  assert.deepEqual(next(known, stepUp, without), { step: 'enroll', factors: ['sms'], tasks: ['verify-phone'] });
  assert.deepEqual(next(known, stepUp, { ...without, enrollments: [] }), { step: 'task', name: 'verify-phone' });
});

test('a pending factor stays only while it would help', () => {
  const state = { ...known, pending: factor };
  assert.deepEqual(next(state, stepUp, { ...nothing, factors: ['webauthn', 'totp'] }), {
    step: 'show',
    pending: factor,
  });
  assert.deepEqual(next(state, stepUp, { ...nothing, factors: ['webauthn'] }), {
    step: 'challenge',
    factor: 'webauthn',
  });
});

test('whoever has a factor that helps is never let into enrolling another one', () => {
  const state = { ...known, pending: enrollment };
  const offers = { ...nothing, factors: ['sms'], enrollments: ['totp'] };
  assert.deepEqual(next(state, stepUp, offers), { step: 'challenge', factor: 'sms' });
  assert.deepEqual(next(state, stepUp, { ...offers, factors: [] }), { step: 'show', pending: enrollment });
});

test('recovery codes are offered after the first enrolment, and before the end', () => {
  assert.deepEqual(next({ ...known, offersRecovery: true }, allow, nothing), { step: 'recovery_codes' });
  const pending = { ...enrollment, name: 'recovery-code' };
  assert.deepEqual(next({ ...known, offersRecovery: true, pending }, allow, nothing), { step: 'show', pending });
});

test('a task waits until what was proven is enough: it must not make old evidence new', () => {
  const pending = { ...task, name: 'change-password' };
  const state = { ...known, pending };
  const offers = { ...nothing, tasks: ['change-password'] };
  assert.deepEqual(next(state, stepUp, offers), { step: 'show', pending });
  assert.deepEqual(next(state, stepUp, { ...offers, factors: ['totp'] }), { step: 'challenge', factor: 'totp' });
  assert.deepEqual(next(state, stepUp, { ...offers, again: true }), { step: 'again' });
  assert.equal(next(state, stepUp, { ...offers, enrollments: ['totp'] }).step, 'enroll');
});
