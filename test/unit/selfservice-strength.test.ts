import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Authenticator } from '../../src/accounts/index.ts';
import { overview } from '../../src/selfservice/sections/overview.ts';
import { strengthOf } from '../../src/selfservice/strength.ts';
import { visitor } from '../support/visitor.ts';

const held = (factor: string, data = {}): Authenticator => ({
  ...{ id: factor, userId: 'u', factor, data, counter: 0, createdAt: 0 },
});
const [passkey, app, phone, codes] = [held('webauthn'), held('totp'), held('sms'), held('recovery-code')];
const key = held('webauthn', { userVerified: false });

const strength = (authenticators: Authenticator[], left = 0, password = true) =>
  strengthOf({ authenticators, password, codes: left });

test('recovery codes that are used up prepare nobody for the loss of a key', () => {
  assert.equal(strength([passkey, codes], 3), 'passkey');
  assert.equal(strength([passkey, codes], 0), 'passkey_alone');
  assert.equal(strength([passkey, app], 0), 'passkey');
});

test('a security key that checks nobody is safe from phishing as a second step, too', () => {
  assert.equal(strength([key]), 'key_alone');
  assert.equal(strength([key, app]), 'key');
  assert.equal(strength([key, codes], 10), 'key');
});

test('two steps are two steps, whatever the number of ways; codes alone are none', () => {
  assert.equal(strength([app]), 'two');
  assert.equal(strength([app, phone, codes], 10), 'two');
  assert.equal(strength([codes], 10), 'one');
});

test('whoever has no password is not told about a stolen one', () => {
  assert.equal(strength([]), 'one');
  assert.equal(strength([], 0, false), 'one_without_password');
});

test('the overview says what the security page says: it counts the codes that are left', async () => {
  const owner = { ...visitor, authenticators: [passkey, codes] };
  const shown = (left: number) =>
    overview({ passwordOf: async () => undefined, codesLeft: async () => left }).show(owner, {});
  assert.equal((await shown(0)).strength, 'passkey_alone');
  assert.equal((await shown(1)).strength, 'passkey');
});
