import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asTyped, typedSignals } from '../../src/commands/typed-signals.ts';

test('options of a command are signals in the words of policies', () => {
  const typed = {
    ...{
      client: 'home',
      country: 'DE',
      group: ['staff,admins', 'more'],
      'client-tag': [''],
      attribute: ['plan=gold=1'],
    },
    ...{ 'known-device': false, 'trusted-network': undefined, json: true },
  };
  assert.deepEqual(typedSignals(typed), {
    ...{ client: 'home', country: 'DE', groups: ['staff', 'admins', 'more'], client_tags: [] },
    ...{ known_device: false, attributes: { plan: 'gold=1' } },
  });
});

test('the first way in among the evidence is the method, unless another is typed', () => {
  const typed = typedSignals({ evidence: ['totp:20m,email-code', 'password'] });
  assert.deepEqual(typed, {
    method: 'email-code',
    evidence: [{ by: 'totp', age: '20m' }, 'email-code', 'password'],
  });
  assert.equal(typedSignals({ evidence: ['password'], method: 'passkey' }).method, 'passkey');
  assert.deepEqual(typedSignals({ evidence: ['totp'] }), { evidence: ['totp'] });
});

test('a problem names the option that was typed', () => {
  assert.equal(asTyped('given.sign_in_risk: unknown risk.'), '--sign-in-risk: unknown risk.');
  assert.equal(asTyped('given.groups[1]: must be a text.'), '--group[1]: must be a text.');
  assert.throws(() => typedSignals({ attribute: ['plan'] }), /--attribute must be NAME=VALUE; it is plan/);
});
