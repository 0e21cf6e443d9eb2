import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { parseExpectations, parsePolicies, runExpectations } from '../../src/policy/index.ts';
import { tests } from '../../src/policy/tests/tests.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/policies.md'), 'utf8');
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => parse(text));
const policies = examples.flatMap((one) => one.policies ?? []);
const named = (heading: string) => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = [...section.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)/g)]);
  return cells.map(([, name]) => name);
};

test('every policy on the page is accepted', () => {
  assert.ok(policies.length >= 7);
  assert.deepEqual(parsePolicies(policies).ok || parsePolicies(policies), true);
});

test('the expectations on the page come true', () => {
  const parsed = parsePolicies(examples[0].policies);
  const expected = parseExpectations(examples.flatMap((one) => one.policy_tests ?? []));
  assert.ok(parsed.ok && expected.ok && expected.expectations.length > 0);
  assert.deepEqual(
    runExpectations(parsed.policies, expected.expectations).flatMap(({ says }) => says),
    [],
  );
});

test('the page has every test, requirement, session control and rule, and no other', () => {
  assert.deepEqual(named('Conditions').sort(), tests.map(({ name }) => name).sort());
  const requirements = ['authenticator', 'fresh', 'mfa', 'password_change', 'phishing_resistant', 'terms'];
  assert.deepEqual(named('Requirements').sort(), [...requirements, 'verified_email', 'verified_phone']);
  assert.deepEqual(named('Session controls'), ['max_age', 'persistent', 'trust_device']);
  assert.deepEqual(named('Rules of the house'), [
    ...['account_usable', 'something_proven', 'requested_acr', 'register_factor'],
  ]);
});

test('the exclusion that the page advises lets the emergency account in where the country is not known', () => {
  const [condition] = /`(\{ not: \{ any: .*?\} \})`/.exec(page)?.slice(1) ?? [];
  const parsed = parsePolicies(parse(`[{ name: it, mode: enforce, if: ${condition}, then: { block: true } }]`));
  assert.ok(parsed.ok);
  const given = (groups: string, outcome: string) =>
    `{ name: ${outcome}, given: { groups: ${groups}, client: a, evidence: [password] }, expect: { outcome: ${outcome} } }`;
  const expected = parseExpectations(parse(`[${given('[break-glass]', 'allow')}, ${given('[]', 'deny')}]`));
  assert.ok(expected.ok);
  assert.deepEqual(
    runExpectations(parsed.policies, expected.expectations).map(({ passed }) => passed),
    [true, true],
  );
});
