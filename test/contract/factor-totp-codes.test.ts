import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from 'qrcode';
import { createTotp, qrCode } from '../../src/verifiers/index.ts';

const totp = createTotp();

test('the codes are those of the standard (RFC 6238 appendix B, the last six digits)', async () => {
  const key = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const table: Record<string, number> = {
    '287082': 59,
    '081804': 1_111_111_109,
    '050471': 1_111_111_111,
    '005924': 1_234_567_890,
    '279037': 2_000_000_000,
    '353130': 20_000_000_000,
  };
  for (const [code, at] of Object.entries(table)) {
    assert.equal(await totp.stepOf(key, code, at), Math.floor(at / 30), code);
    assert.equal(await totp.stepOf(key, code, at + 300), undefined, code);
  }
});

test('what is no six digits is no code, and no error', async () => {
  for (const code of ['', '28708', '2870820', '28708x', ' 287082', '287082\n', '٢٨٧٠٨٢', '-87082', '2870.2']) {
    assert.equal(await totp.stepOf('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', code, 59), undefined, JSON.stringify(code));
  }
});

test('no two keys are the same, and each has 160 bits', () => {
  const keys = Array.from({ length: 100 }, totp.newKey);
  assert.equal(new Set(keys).size, 100);
  for (const key of keys) assert.match(key, /^[A-Z2-7]{32}$/);
});

test('names with anything in them reach the app whole; a colon would end the name of the house', () => {
  const read = (label: string, issuer: string) => {
    const uri = new URL(totp.uri('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', label, issuer));
    const [house, whose, ...more] = decodeURIComponent(uri.pathname)
      .replace(/^\/+(totp\/)?/, '')
      .split(':');
    assert.deepEqual([uri.protocol, more], ['otpauth:', []]);
    assert.equal(uri.searchParams.get('issuer'), house);
    return [house, whose];
  };
  assert.deepEqual(read('o’hara+home@bücher.example', 'Söhne & Co. / 100 %'), [
    'Söhne & Co. / 100 %',
    'o’hara+home@bücher.example',
  ]);
  assert.deepEqual(read('"a:b"@example.com', 'Acme: Insurance'), ['Acme Insurance', '"a b"@example.com']);
});

test('the picture is the code, module by module, with four empty ones round it (ISO/IEC 18004)', () => {
  for (const text of [
    'otpauth://totp/A:b?secret=GEZDGNBV',
    totp.uri(totp.newKey(), `${'long'.repeat(60)}@a.de`, 'Ä'),
  ]) {
    const { size, path } = qrCode(text);
    const dark = new Set<string>();
    for (const shape of path.split('z').filter(Boolean)) {
      const [, x, y, width, back] = /^M(\d+) (\d+)h(\d+)v1h-(\d+)$/.exec(shape) ?? assert.fail(shape);
      assert.equal(width, back);
      for (let more = 0; more < Number(width); more += 1) dark.add(`${Number(x) + more} ${y}`);
    }
    const { size: inner, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
    assert.equal(size, inner + 8);
    const expected = Array.from(data, (module, index) => ({ module, x: index % inner, y: Math.floor(index / inner) }));
    const darkest = expected.filter(({ module }) => module).map(({ x, y }) => `${x + 4} ${y + 4}`);
    assert.deepEqual([...dark].sort(), darkest.sort());
  }
});
