import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { policySet, readDocument, reviewPolicies } from '../../src/management/index.ts';

/** Of a file with these sections. */
function setOf(text: string) {
  const read = readDocument(parse(text));
  assert.ok(read.ok, JSON.stringify(read));
  return policySet(read.desired);
}

const reviewOf = (text: string) => reviewPolicies(setOf(text));
const nothing = { problems: [], objections: [], warnings: [] };

test('a policy that names a group or network which nobody has defined is a problem; the administrators are a group', () => {
  const text = `
groups: [{ id: staff }]
networks: [{ id: office, cidrs: [203.0.113.0/24] }]
policies:
  - { name: Known, if: { group: [staff, administrators], network: [office, trusted, 10.0.0.0/8] }, then: { require: [mfa] } }
  - { name: Unknown, if: { group: [stuff], not: { network: [home] } }, then: { require: [mfa] } }
`;
  assert.deepEqual(reviewOf(text), {
    ...nothing,
    problems: [
      'policies "Unknown": there is no group stuff; did you mean staff?',
      'policies "Unknown": there is no network home.',
    ],
  });
});

test('a client that a policy names may register later, so it is a warning', () => {
  const text = 'policies: [{ name: Later, if: { client: [later] }, then: { require: [mfa] } }]';
  assert.deepEqual(reviewOf(text), { ...nothing, warnings: ['policies "Later": there is no client later.'] });
});

test('policies that lock every administrator out are objected to; the group is that of the settings', () => {
  const text = `
groups: [{ id: owners }]
policies: [{ name: Shut, mode: enforce, if: { group: [owners] }, then: { block: true } }]
`;
  assert.deepEqual(reviewOf(text).objections, []);
  const { objections, problems } = reviewOf(`${text}settings: { administrators: owners }`);
  assert.deepEqual(problems, []);
  assert.match(objections.join(), /policies "Shut": locks every administrator out: nobody in the group owners/);
});

test('a block by risk is a block of everybody as long as no risk is known', () => {
  const shut = 'policies: [{ name: Risky, mode: enforce, if: { sign_in_risk: [high] }, then: { block: true } }]';
  assert.match(reviewOf(shut).objections.join(), /locks every administrator out/);
});

test('terms that nobody has defined cannot be asked for', () => {
  const text = 'policies: [{ name: Agreed, mode: report, then: { require: [{ terms: house }] } }]';
  assert.match(reviewOf(text).objections.join(), /policies "Agreed": .*terms house/);
});

const HOME = `
clients: [{ client_id: home, redirect_uris: ["https://home.example/cb"], tags: [sensitive] }]
networks: [{ id: office, cidrs: [203.0.113.0/24], trusted: true }]
policies:
  - name: Home
    mode: enforce
    if: { client_tag: [sensitive], not: { network: [office] } }
    then: { require: [mfa] }
policy_tests:
`;

test('what is expected is given what the file knows of the client and the address, and what it types itself counts more', () => {
  const text = `${HOME}
  - { name: outside, given: { client: home, ip: 198.51.100.1, evidence: [password] }, expect: { outcome: step_up } }
  - { name: inside, given: { client: home, ip: 203.0.113.9, evidence: [password] }, expect: { outcome: allow } }
  - { name: untagged, given: { client: home, client_tags: [], evidence: [password] }, expect: { outcome: allow } }
`;
  assert.deepEqual(reviewOf(text), nothing);
  assert.deepEqual(setOf(text).complete({ client: 'home', ip: '203.0.113.9' }), {
    ...{ client: 'home', client_tags: ['sensitive'] },
    ...{ ip: '203.0.113.9', networks: ['office'], trusted_network: true },
  });
});

test('an expectation that does not come true is a problem', () => {
  const text = `${HOME}
  - { name: Let in, given: { client: home, networks: [], evidence: [password] }, expect: { outcome: allow } }
`;
  const { problems } = reviewOf(text);
  assert.deepEqual(problems, ['policy_tests "Let in" does not come true: the outcome is step_up (mfa), not allow.']);
});

test('the policies of docs/configuration.md do what is expected of them there', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  const [example = ''] = examples.filter((text) => text.includes('policy_tests:'));
  assert.equal(setOf(example).expectations.length, 2);
  assert.deepEqual(reviewOf(example), nothing);
});
