import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { describe, test } from 'node:test';
import { readPasswordHash } from '../../src/verifiers/index.ts';
import { createPasswordHash } from '../../src/verifiers/password-hash.ts';

const SMALL = { memory: 256, passes: 1, parallelism: 1 };
const hashing = createPasswordHash(SMALL);
const SEVENTY_TWO = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const base64 = (bytes: string | Buffer): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
const hex = (text: string): string => base64(Buffer.from(text.replace(/\s/g, ''), 'hex'));

/** From specifications and from other implementations; none was made by the code under test. */
const VECTORS: [source: string, password: string, stored: string][] = [
  [
    'argon2id, reference implementation',
    'password',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  [
    'argon2i, reference implementation',
    'password',
    '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
  ],
  ['bcrypt $2a$', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['bcrypt $2y$', 'U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  [
    'bcrypt $2a$ of 72 bytes and more',
    `${SEVENTY_TWO}chars after 72 are ignored`,
    '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui',
  ],
  [
    'scrypt, RFC 7914 section 12',
    'pleaseletmein',
    `$scrypt$ln=14,r=8,p=1$${base64('SodiumChloride')}$${hex(
      `7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2
       d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887`,
    )}`,
  ],
  [
    'scrypt as Passlib writes it',
    'password',
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  ],
  [
    'PBKDF2-SHA-256, RFC 7914 section 11',
    'passwd',
    `$pbkdf2-sha256$i=1$${base64('salt')}$${hex(
      `55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc
       49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783`,
    )}`,
  ],
  [
    'PBKDF2-SHA-256 as Passlib writes it',
    'password',
    '$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M',
  ],
  [
    'PBKDF2-SHA-1, RFC 6070',
    'password',
    `$pbkdf2-sha1$i=4096$${base64('salt')}$${hex('4b007901b765489abead49d926f721d065a429c1')}`,
  ],
  [
    'PBKDF2-SHA-512, made by OpenSSL',
    'password',
    `$pbkdf2-sha512$i=1000$${base64('salt')}$${hex(
      `afe6c5530785b6cc6b1c6453384731bd5ee432ee549fd42fb6695779ad8a1c5b
       f59de69c48f774efc4007d5298f9033c0241d5ab69305e7b64eceeb8d834cfec`,
    )}`,
  ],
];

describe('imported hashes are verified and ask for a rehash', () => {
  for (const [source, password, stored] of VECTORS) {
    test(source, async () => {
      assert.deepEqual(await hashing.verify(password, stored), { ok: true, needsRehash: true, readable: true });
      assert.deepEqual(await hashing.verify(`x${password}`, stored), { ok: false, needsRehash: false, readable: true });
    });
  }

  test('bcrypt compares 72 bytes, as the system the hash comes from did; our own hash compares all', async () => {
    const stored = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui';
    assert.equal((await hashing.verify(SEVENTY_TWO, stored)).ok, true);
    assert.equal((await hashing.verify(SEVENTY_TWO.slice(0, -1), stored)).ok, false);
    const own = await hashing.hash(`${SEVENTY_TWO}1`);
    assert.equal((await hashing.verify(`${SEVENTY_TWO}2`, own)).ok, false);
  });
});

describe('our own hashes', () => {
  test('are PHC strings with the parameters given, each with its own salt, and need no rehash', async () => {
    const [one, two] = [await hashing.hash('eleven geese'), await hashing.hash('eleven geese')];
    assert.match(one, /^\$argon2id\$v=19\$m=256,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    assert.notEqual(one, two);
    assert.deepEqual(await hashing.verify('eleven geese', one), { ok: true, needsRehash: false, readable: true });
  });

  test('of other parameters ask for a rehash, but only towards who knows the password', async () => {
    const stored = await createPasswordHash({ ...SMALL, passes: 2 }).hash('eleven geese');
    assert.equal((await hashing.verify('eleven geese', stored)).needsRehash, true);
    assert.equal((await hashing.verify('twelve geese', stored)).needsRehash, false);
  });

  test('match the same password from a keyboard that composes characters differently (NFKC)', async () => {
    const stored = await hashing.hash('zwölf Gänse ﬁnden');
    assert.equal((await hashing.verify('zwölf Gänse finden'.normalize('NFD'), stored)).ok, true);
  });

  test('made elsewhere of text that was not normalised match as typed and ask for a rehash', async () => {
    const typed = 'zwölf Gänse'.normalize('NFD');
    const stored = `$pbkdf2-sha256$i=1000$${base64('salt')}$${pbkdf2Sync(typed, 'salt', 1000, 32, 'sha256').toString('base64')}`;
    assert.deepEqual(await hashing.verify(typed, stored), { ok: true, needsRehash: true, readable: true });
  });
});

describe('what cannot be right is refused', () => {
  test('without a hash the answer is no', async () => {
    assert.deepEqual(await hashing.verify('', undefined), { ok: false, needsRehash: false, readable: true });
  });

  for (const stored of [
    '',
    'eleven geese',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    '$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    `$argon2id$v=19$m=4194304,t=2,p=1$${base64('somesalt')}$${base64('x'.repeat(32))}`,
    `$argon2id$v=19$m=19456,t=0,p=1$${base64('somesalt')}$${base64('x'.repeat(32))}`,
    `$scrypt$ln=30,r=8,p=1$${base64('salt')}$${base64('x'.repeat(32))}`,
    `$scrypt$ln=0,r=8,p=1$${base64('salt')}$${base64('x'.repeat(32))}`,
    `$pbkdf2-sha256$i=0$${base64('salt')}$${base64('x'.repeat(32))}`,
    `$pbkdf2-sha256$i=999999999$${base64('salt')}$${base64('x'.repeat(32))}`,
    `$pbkdf2-sha256$i=1000$${base64('salt')}$${base64('x')}`,
    `$pbkdf2-md5$i=1000$${base64('salt')}$${base64('x'.repeat(32))}`,
  ]) {
    test(`unknown or far too costly: ${stored.slice(0, 40)}`, async () => {
      assert.equal(readPasswordHash(stored), undefined);
      assert.deepEqual(await hashing.verify('eleven geese', stored), {
        ok: false,
        needsRehash: false,
        readable: false,
      });
    });
  }
});
