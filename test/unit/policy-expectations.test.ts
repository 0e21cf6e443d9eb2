import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { parseExpectations, runExpectations } from '../../src/policy/index.ts';
import { policiesOf } from '../support/policies.ts';

const policies = policiesOf(`
  - { name: home, mode: enforce, if: { client: home }, then: { require: [mfa, { any: [verified_phone, { terms: a }] }] } }
  - { name: staff, mode: enforce, if: { group: staff }, then: { require: [{ authenticator: [webauthn, totp] }] } }
  - { name: far, mode: enforce, if: { country: [KP] }, then: { block: true } }
  - { name: draft, if: { client: home }, then: { require: [phishing_resistant, verified_email] } }`);

/** What is said about one expectation; nothing when it came true. */
function said(given: string, expect: string): string[] {
  const parsed = parseExpectations(parse(`[{ name: it, given: ${given}, expect: ${expect} }]`));
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const [result] = runExpectations(policies, parsed.expectations);
  assert.equal(result?.name, 'it');
  assert.equal(result?.passed, result?.says.length === 0);
  return result?.says ?? ['no result'];
}
const problems = (text: string): string[] => {
  const parsed = parseExpectations(parse(text));
  return parsed.ok ? [] : parsed.problems;
};
const home = '{ client: home, groups: [], country: DE, evidence: [password] }';
const staff = '{ client: auto, groups: [staff], country: DE, evidence: [password] }';
const far = '{ client: auto, groups: [], country: KP, evidence: [password] }';
const fine = '{ client: auto, groups: [], country: DE, evidence: [password] }';

describe('an expectation comes true', () => {
  const cases: [given: string, expect: string][] = [
    [fine, '{ outcome: allow }'],
    [home, '{ outcome: step_up }'],
    [home, '{ outcome: step_up, unmet: [mfa, any], by: [home] }'],
    [home, '{ outcome: step_up, unmet: [{ any: [verified_phone, { terms: a }] }, mfa] }'],
    [staff, '{ outcome: step_up, unmet: authenticator, by: staff }'],
    [staff, '{ outcome: step_up, unmet: [{ authenticator: [webauthn, totp] }] }'],
    [far, '{ outcome: deny, by: [far] }'],
    ['{ evidence: [] }', '{ outcome: deny, by: [far] }'],
    ['{ groups: [], country: DE, client: x }', '{ outcome: step_up, unmet: [proof], by: [something_proven] }'],
    [
      '{ groups: [], country: DE, client: x, evidence: password, required_acr: phr }',
      '{ outcome: step_up, unmet: [{ acr: phr }] }',
    ],
    [
      '{ groups: [], country: DE, client: x, evidence: password, required_acr: phr }',
      '{ outcome: step_up, unmet: acr }',
    ],
  ];
  for (const [given, expect] of cases) test(`${given} → ${expect}`, () => assert.deepEqual(said(given, expect), []));

  test('also where nothing is given', () => {
    const parsed = parseExpectations(parse('[{ name: it, expect: { outcome: deny } }]'));
    assert.deepEqual(parsed.ok && runExpectations(policies, parsed.expectations), [
      { name: 'it', passed: true, says: [] },
    ]);
  });
});

describe('an expectation that does not come true says what came out', () => {
  const cases: [given: string, expect: string, ...says: string[]][] = [
    [fine, '{ outcome: deny }', 'the outcome is allow, not deny.'],
    [far, '{ outcome: allow }', 'the outcome is deny ("far"), not allow.'],
    [home, '{ outcome: allow }', 'the outcome is step_up (mfa, any: verified_phone, terms: a), not allow.'],
    [home, '{ outcome: step_up, unmet: [mfa] }', 'any: verified_phone, terms: a is unmet too.'],
    [home, '{ outcome: step_up, unmet: [mfa, any, proof] }', 'proof is not unmet.'],
    [
      home,
      '{ outcome: step_up, unmet: [mfa, { any: [verified_phone] }] }',
      'any: verified_phone, terms: a is unmet too.',
      'any: verified_phone is not unmet.',
    ],
    [home, '{ outcome: step_up, by: [home, staff, draft] }', '"staff" is not why.', '"draft" is not why.'],
    [
      staff,
      '{ outcome: step_up, unmet: [{ authenticator: [totp] }] }',
      'authenticator: webauthn, totp is unmet too.',
      'authenticator: totp is not unmet.',
    ],
    [far, '{ outcome: deny, by: [home] }', '"home" is not why.'],
  ];
  for (const [given, expect, ...says] of cases) {
    test(`${given} → ${expect}`, () => assert.deepEqual(said(given, expect), says));
  }
});

test('an expectation that cannot be meant is told with its place', () => {
  const cases: [text: string, ...says: string[]][] = [
    ['{}', 'expectations: must be a list of expectations.'],
    ['[7]', 'expectations[0]: must be a map of name, given, expect.'],
    [
      '[{ nam: a, given: {}, expect: { outcome: allow } }]',
      'expectations[0].nam: unknown key; did you mean name?',
      'expectations[0].name: must be text.',
    ],
    [
      '[{ name: a, given: { grups: [] }, expect: { outcome: alow } }]',
      'expectations[0].given.grups: unknown signal; did you mean groups?',
      'expectations[0].expect.outcome: unknown outcome; did you mean allow?',
    ],
    ['[{ name: a }]', 'expectations[0].expect: must be a map of outcome, unmet, by.'],
    [
      '[{ name: a, expect: { outcome: allow, unmet: mfa, by: x } }]',
      'expectations[0].expect.unmet: goes with step_up only.',
      'expectations[0].expect.by: goes with step_up and deny only.',
    ],
    ['[{ name: a, expect: { outcome: deny, unmet: mfa } }]', 'expectations[0].expect.unmet: goes with step_up only.'],
    [
      '[{ name: a, expect: { outcome: step_up, unmet: [mfaa, 7, { term: a }, {}, { terms: a, acr: b }, { acr: [7] }] } }]',
      'expectations[0].expect.unmet[0]: unknown requirement; did you mean mfa?',
      'expectations[0].expect.unmet[1]: must be a map of authenticator, acr, terms, any.',
      'expectations[0].expect.unmet[2].term: unknown requirement; did you mean terms?',
      'expectations[0].expect.unmet[3]: must be one requirement.',
      'expectations[0].expect.unmet[4]: must be one requirement.',
      'expectations[0].expect.unmet[5].acr[0]: must be text.',
    ],
    [
      '[{ name: a, expect: { outcome: step_up, unmet: [], by: [7] } }]',
      'expectations[0].expect.unmet: is an empty list.',
      'expectations[0].expect.by[0]: must be text.',
    ],
  ];
  for (const [text, ...says] of cases) assert.deepEqual(problems(text), says);
  assert.deepEqual(parseExpectations(7, 'tests'), { ok: false, problems: ['tests: must be a list of expectations.'] });
});
