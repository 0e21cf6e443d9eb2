import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { rawSignature } from '../../src/oidc/signing-keys.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test('a signature from DER is the raw pair of JWS, whatever lengths its integers have (RFC 7518 section 3.4)', () => {
  const data = Buffer.from('header.payload');
  const lengths = new Set<number>();
  // One integer in 256 is shorter than 32 bytes, every second one has a zero in front.
  for (let count = 0; count < 1500; count += 1) {
    const der = sign('sha256', data, privateKey);
    lengths.add(der.readUInt8(3));
    const raw = rawSignature(der);
    assert.ok(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw), der.toString('hex'));
  }
  assert.ok(lengths.has(32) && lengths.has(33));
});

test('integers that are much shorter are padded on the left', () => {
  const raw = rawSignature(Buffer.from('300702010102020080', 'hex'));
  assert.equal(raw.toString('hex'), `${'1'.padStart(64, '0')}${'80'.padStart(64, '0')}`);
});
