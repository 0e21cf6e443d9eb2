import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSealing } from '../../src/base/index.ts';

const OLD = 'an-old-secret-of-thirty-two-characters';
const NEW = 'a-newer-secret-of-thirty-two-characters';

test('what was sealed opens with its context and under its secret only', () => {
  const sealed = createSealing([OLD]).seal('plain', 'place');
  assert.equal(createSealing([OLD]).open(sealed, 'place'), 'plain');
  assert.throws(() => createSealing([OLD]).open(sealed, 'elsewhere'));
  assert.throws(() => createSealing([NEW]).open(sealed, 'place'));
});

test('a changed byte anywhere does not open', () => {
  const sealing = createSealing([OLD]);
  const sealed = sealing.seal('plain', 'place');
  for (let index = 0; index < sealed.length; index += 1) {
    const other = sealed[index] === 'A' ? 'B' : 'A';
    const changed = `${sealed.slice(0, index)}${other}${sealed.slice(index + 1)}`;
    if (
      Buffer.from(changed.split('.')[1] ?? '', 'base64url').equals(
        Buffer.from(sealed.split('.')[1] ?? '', 'base64url'),
      ) &&
      index > 8
    )
      continue;
    assert.throws(() => sealing.open(changed, 'place'), changed);
  }
});

test('the same text is never sealed to the same value', () => {
  const sealing = createSealing([OLD]);
  assert.notEqual(sealing.seal('plain', 'place'), sealing.seal('plain', 'place'));
});

test('secrets rotate: the newest seals, all open, and what is old is known as stale', () => {
  const sealed = createSealing([OLD]).seal('plain', 'place');
  const rotating = createSealing([NEW, OLD]);
  assert.equal(rotating.open(sealed, 'place'), 'plain');
  assert.ok(rotating.stale(sealed));
  assert.ok(!rotating.stale(rotating.seal('plain', 'place')));
  assert.ok(rotating.macs('123456', 'code').includes(createSealing([OLD]).macs('123456', 'code')[0]));
});

test('keys for different uses have nothing in common', () => {
  const sealing = createSealing([OLD]);
  const keys = ['cookies', 'dpop-nonce', 'seal', 'mac'].map((use) => sealing.derive(use)[0].toString('hex'));
  assert.equal(new Set(keys).size, keys.length);
});
