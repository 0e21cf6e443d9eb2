import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LintNeeds, lintPolicies } from '../../src/policy/index.ts';
import { policiesOf } from '../support/policies.ts';

/** What is found about policies without their names and mode, each as `severity policy: says`. */
function lint(policies: readonly string[], needs: Partial<LintNeeds> = {}): string[] {
  const text = policies.map((one, n) =>
    (one.includes('mode:') ? one : `mode: enforce, ${one}`).replace(/^/, `name: p${n}, `),
  );
  const found = lintPolicies(policiesOf(`[${text.map((one) => `{ ${one} }`).join(', ')}]`), {
    administrators: 'admins',
    ...needs,
  });
  return found.map(({ severity, policy, says }) => `${severity} ${policy ?? '-'}: ${says}`);
}
const mfa = 'then: { require: [mfa] }';
const block = 'then: { block: true }';

describe('a policy that another one makes pointless', () => {
  const asks = 'warning p0: changes nothing: wherever it applies, "p1" asks for as much.';
  const pairs: [what: string, narrow: string, wide: string, found: string[]][] = [
    ['a wider condition and the same', `if: { client: a, group: g }, ${mfa}`, `if: { client: [a, b] }, ${mfa}`, [asks]],
    ['an overlapping condition', `if: { client: [a, b] }, ${mfa}`, `if: { client: [a, c] }, ${mfa}`, []],
    ['another condition', `if: { client: a }, ${mfa}`, `if: { group: g }, ${mfa}`, []],
    ['less is asked', `if: { client: a }, then: { require: [mfa, verified_phone] }`, mfa, []],
    ['more is asked', `if: { client: a }, ${mfa}`, 'then: { require: [verified_phone, mfa] }', [asks]],
    [
      'fresher is asked',
      `if: { client: a }, then: { require: [mfa, { fresh: 1h }] }`,
      'then: { require: [mfa, { fresh: 1h }] }',
      [asks],
    ],
    ['fresher than any', `if: { client: a }, ${mfa}`, 'then: { require: [mfa, { fresh: 1h }] }', [asks]],
    [
      'staler is asked',
      `if: { client: a }, then: { require: [mfa, { fresh: 1h }] }`,
      'then: { require: [mfa, { fresh: 2h }] }',
      [],
    ],
    ['not fresh at all', `if: { client: a }, then: { require: [mfa, { fresh: 1h }] }`, mfa, []],
    [
      'one of several that are asked',
      `if: { client: a }, then: { require: { any: [mfa, verified_phone] } }`,
      mfa,
      [asks],
    ],
    ['several for one', `if: { client: a }, ${mfa}`, 'then: { require: { any: [mfa, verified_phone] } }', []],
    [
      'fewer alternatives',
      `if: { client: a }, then: { require: { any: [mfa, verified_phone, verified_email] } }`,
      'then: { require: { any: [verified_email, mfa] } }',
      [asks],
    ],
    [
      'other factors',
      `if: { client: a }, then: { require: [{ authenticator: [totp] }] }`,
      'then: { require: [{ authenticator: [sms] }] }',
      [],
    ],
    [
      'trust where there was none',
      `if: { client: a }, ${mfa}`,
      'then: { require: [mfa], session: { trust_device: 1d } }',
      [],
    ],
    [
      'no trust where there was',
      `if: { client: a }, then: { require: [mfa], session: { trust_device: 1d } }`,
      mfa,
      [asks],
    ],
    [
      'shorter trust',
      `if: { client: a }, then: { require: [mfa], session: { trust_device: 2d } }`,
      'then: { require: [mfa], session: { trust_device: 1d } }',
      [asks],
    ],
    [
      'longer trust',
      `if: { client: a }, then: { require: [mfa], session: { trust_device: 1d } }`,
      'then: { require: [mfa], session: { trust_device: 2d } }',
      [],
    ],
    [
      'a shorter session',
      `if: { client: a }, then: { session: { max_age: 2h } }`,
      'then: { session: { max_age: 1h } }',
      [asks],
    ],
    [
      'a longer session',
      `if: { client: a }, then: { session: { max_age: 1h } }`,
      'then: { session: { max_age: 2h } }',
      [],
    ],
    ['a session without end', `if: { client: a }, then: { session: { max_age: 1h } }`, mfa, []],
    ['a session that stays', `if: { client: a }, then: { session: { persistent: false } }`, mfa, []],
    [
      'a session that ends too',
      `if: { client: a }, then: { session: { persistent: false } }`,
      'then: { session: { persistent: false } }',
      [asks],
    ],
    [
      'a block of a block',
      `if: { client: a, group: g }, ${block}`,
      `if: { client: a }, ${block}`,
      ['warning p0: changes nothing: wherever it applies, "p1" blocks.'],
    ],
    [
      'a block of a requirement',
      `if: { client: a, group: g }, ${mfa}`,
      `if: { client: a }, ${block}`,
      ['warning p0: changes nothing: wherever it applies, "p1" blocks.'],
    ],
    ['a requirement beside a block', `if: { client: a, group: g }, ${block}`, `if: { client: a }, ${mfa}`, []],
    ['a draft', `mode: report, if: { client: a }, ${mfa}`, mfa, [asks]],
    ['the same as a draft', `mode: report, ${mfa}`, mfa, [asks]],
    ['only a draft', `if: { client: a }, ${mfa}`, `mode: report, ${mfa}`, []],
    [
      'all cases of two',
      `if: { client: a, known_device: true }, ${mfa}`,
      `if: { any: [{ known_device: true }, { known_device: false }] }, ${mfa}`,
      [asks],
    ],
  ];
  for (const [what, narrow, wide, found] of pairs) {
    test(what, () => assert.deepEqual(lint([narrow, wide]), found));
  }

  test('of two that say the same the later is told', () => {
    assert.deepEqual(lint([mfa, mfa]), ['warning p1: changes nothing: wherever it applies, "p0" asks for as much.']);
  });

  test('a thousand policies are looked through in a moment', () => {
    const start = performance.now();
    const many = Array.from({ length: 1000 }, (_, n) => `if: { client: a${n}, not: { group: g } }, ${mfa}`);
    assert.deepEqual(lint(many), []);
    assert.ok(performance.now() - start < 10_000);
  });
});
