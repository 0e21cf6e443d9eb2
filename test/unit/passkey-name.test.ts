import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passkeyName } from '../../src/factors/passkey-name.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1';
const nobody = '00000000-0000-0000-0000-000000000000';

test('a key is called as its owner says, within reason', () => {
  const key = { aaguid: nobody, transports: ['internal'] };
  assert.equal(passkeyName(' Blue\u0000\u202e key ', key, IPHONE), 'Blue key');
  assert.equal(passkeyName('x'.repeat(100), key, IPHONE), 'x'.repeat(60));
  assert.equal(passkeyName('مفتاح', key, IPHONE), 'مفتاح');
});

test('else by what keeps it, by the device it is part of, or not at all', () => {
  const icloud = { aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd', transports: ['internal', 'hybrid'] };
  assert.equal(passkeyName(undefined, icloud, IPHONE), 'iCloud Keychain');
  assert.equal(passkeyName('  ', { aaguid: nobody, transports: ['internal'] }, IPHONE), 'iPhone');
  assert.equal(passkeyName('', { aaguid: nobody, transports: ['usb', 'nfc'] }, IPHONE), undefined);
  assert.equal(passkeyName('', { aaguid: nobody, transports: ['internal'] }, 'curl/8'), undefined);
  assert.equal(passkeyName('', { aaguid: 'constructor', transports: [] }, IPHONE), undefined);
});
