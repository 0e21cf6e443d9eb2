// needs: oathtool
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { createTotp } from '../../src/verifiers/index.ts';

/** Codes as another program makes them, the first at this moment. @param at epoch seconds */
function oathtool(key: string, at: number, window = 0): string[] {
  const now = `${new Date(at * 1000).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
  const made = execFileSync('oathtool', ['--totp', '-b', key, '--now', now, '-w', String(window)], {
    encoding: 'utf8',
  });
  return made.trim().split('\n');
}

test('the codes of oathtool are accepted, each for its own step, for any key of ours', async () => {
  const totp = createTotp();
  for (let keys = 0; keys < 5; keys += 1) {
    const key = totp.newKey();
    const at = Math.floor(Date.now() / 1000) + keys * 86_400;
    const codes = oathtool(key, at, 20);
    assert.equal(codes.length, 21);
    for (const [later, code] of codes.entries()) {
      assert.equal(await totp.stepOf(key, code, at + later * 30), Math.floor(at / 30) + later);
    }
  }
});

test('the key is understood as the page shows it, in groups and in small letters', async () => {
  const totp = createTotp();
  const [key, at] = [totp.newKey(), 1_763_900_000];
  const typed = key.toLowerCase().replace(/(.{4})(?!$)/g, '$1 ');
  assert.deepEqual(oathtool(typed, at), oathtool(key, at));
  assert.equal(await totp.stepOf(key, oathtool(typed, at)[0] ?? '', at), Math.floor(at / 30));
});
