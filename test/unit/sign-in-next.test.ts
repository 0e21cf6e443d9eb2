import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../src/policy/index.ts';
import { next } from '../../src/signin/next.ts';
import type { Pending } from '../../src/signin/state.ts';

const allow: Decision = { outcome: 'allow', trace: [] };
const stepUp: Decision = { outcome: 'step_up', unmet: [], trace: [] };
const blocked: Decision = { outcome: 'deny', by: ['p'], reason: 'blocked', trace: [] };
const method: Pending = { kind: 'method', name: 'password', view: 'v', show: {}, remember: {} };
const task: Pending = { ...method, kind: 'task', name: 'accept-terms' };

test('nobody yet: the pending question, or who it is', () => {
  assert.deepEqual(next({ evidence: [] }, undefined, []), { step: 'identify' });
  assert.deepEqual(next({ evidence: [], pending: method }, undefined, []), { step: 'show', pending: method });
});

test('a decision without a person, or a person without a decision, lets nobody on', () => {
  assert.equal(next({ evidence: [] }, allow, []).step, 'identify');
  assert.equal(next({ evidence: [], userId: 'u' }, undefined, []).step, 'identify');
});

test('somebody who may not pass is denied before any task is asked of them', () => {
  assert.deepEqual(next({ evidence: [], userId: 'u' }, blocked, ['accept-terms']), {
    step: 'denied',
    reason: 'blocked',
  });
  assert.deepEqual(next({ evidence: [], userId: 'u' }, stepUp, []), { step: 'denied', reason: 'unreachable' });
});

test('tasks come one after another, and done comes after the last', () => {
  const state = { evidence: [], userId: 'u' };
  assert.deepEqual(next(state, allow, ['accept-terms', 'give-attributes']), { step: 'task', name: 'accept-terms' });
  assert.deepEqual(next({ ...state, pending: task }, allow, ['accept-terms']), { step: 'show', pending: task });
  assert.deepEqual(next({ ...state, pending: task }, allow, ['give-attributes']), {
    step: 'task',
    name: 'give-attributes',
  });
  assert.deepEqual(next({ ...state, pending: task }, allow, []), { step: 'done' });
});

test('a method that is still pending is not asked of somebody who is known', () => {
  assert.deepEqual(next({ evidence: [], userId: 'u', pending: method }, allow, []), { step: 'done' });
});
