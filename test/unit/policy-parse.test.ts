import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Policy, parsePolicies } from '../../src/policy/index.ts';
import { policiesOf, problemsOf } from '../support/policies.ts';

const ifOf = (text: string) => problemsOf(`[{ name: it, if: ${text}, then: { block: true } }]`);
const made = (text: string): Policy => policiesOf(text)[0] as Policy;

test('a new policy starts in report mode', () => {
  assert.equal(made('[{ name: it, then: { block: true } }]').mode, 'report');
  for (const mode of ['enforce', 'report', 'off'] as const) {
    assert.equal(made(`[{ name: it, mode: ${mode}, then: { block: true } }]`).mode, mode);
  }
});

test('a policy keeps its name and description, and cannot be changed', () => {
  const policy = made('[{ name: it, description: why, then: { require: [mfa], session: { max_age: 12h } } }]');
  assert.deepEqual([policy.name, policy.description, policy.block], ['it', 'why', false]);
  assert.equal('description' in made('[{ name: it, then: { block: true } }]'), false);
  assert.throws(() => Object.assign(policy, { mode: 'off' }), TypeError);
  assert.throws(() => Object.assign(policy.session, { maxAge: 1 }), TypeError);
  assert.throws(() => Object.assign(policy.demands[0]?.requirement ?? {}, { within: 1 }), TypeError);
});

test('every problem is told at once, with its place and what was probably meant', () => {
  const text = `
    - { name: one, mode: enforced, if: { contry: [DE], not: { any: [{ grup: staff }] } }, then: { requir: [mfa] } }
    - { name: two, them: { block: true }, then: { require: [mfaa, { term: x }], session: { maxage: 12h } } }
    - 7
    - { then: { block: true } }`;
  assert.deepEqual(problemsOf(text), [
    'policies[0].mode: unknown mode; did you mean enforce?',
    'policies[0].if.contry: unknown test; did you mean country?',
    'policies[0].if.not.any[0].grup: unknown test; did you mean group?',
    'policies[0].then.requir: unknown key; did you mean require?',
    'policies[1].them: unknown key; did you mean then?',
    'policies[1].then.require[0]: unknown requirement; did you mean mfa?',
    'policies[1].then.require[1].term: unknown requirement; did you mean terms?',
    'policies[1].then.session.maxage: unknown key; did you mean max_age?',
    'policies[2]: must be a map of name, mode, if, then, description.',
    'policies[3].name: must be text.',
  ]);
});

test('a list is a list, and the caller says what it is called', () => {
  assert.deepEqual(parsePolicies({}, 'draft'), { ok: false, problems: ['draft: must be a list of policies.'] });
  assert.deepEqual(parsePolicies([null], 'draft'), {
    ok: false,
    problems: ['draft[0]: must be a map of name, mode, if, then, description.'],
  });
  assert.deepEqual(parsePolicies([]), { ok: true, policies: [] });
});

describe('names', () => {
  test('are there once, also where the policy is wrong otherwise', () => {
    const text =
      '[{ name: a, then: {} }, { name: b, then: { block: true } }, { name: a, then: { block: true } }, { name: a, then: { block: true } }]';
    assert.deepEqual(problemsOf(text), [
      'policies[0].then: needs block, require or session.',
      'policies[2].name: policies[0] has the same name.',
      'policies[3].name: policies[0] has the same name.',
    ]);
  });

  test('are not those of built-in policies', () => {
    for (const name of ['account_usable', 'something_proven', 'requested_acr', 'register_factor', 'evaluation']) {
      assert.deepEqual(problemsOf(`[{ name: ${name}, then: { block: true } }]`), [
        `policies[0].name: ${name} is the name of a built-in policy.`,
      ]);
    }
  });

  test('are text of at most 200 letters', () => {
    const says = (name: string) => problemsOf(`[{ name: "${name}", then: { block: true } }]`);
    assert.deepEqual(says('x'.repeat(200)), []);
    assert.deepEqual(says('x'.repeat(201)), ['policies[0].name: is longer than 200 letters.']);
    assert.deepEqual(says(' '), ['policies[0].name: must be text.']);
  });
});

describe('conditions', () => {
  test('are maps of tests and joins', () => {
    assert.deepEqual(ifOf('{ all: [{ client: a }, { any: [{ not: { client: b } }] }] }'), []);
    assert.deepEqual(ifOf('{}'), ['policies[0].if: is empty; leave out `if` when the policy is for everybody.']);
    assert.deepEqual(ifOf('{ not: {} }'), [
      'policies[0].if.not: is empty; leave out `if` when the policy is for everybody.',
    ]);
    assert.deepEqual(ifOf('{ all: [] }'), ['policies[0].if.all: must be a list of conditions.']);
    assert.deepEqual(ifOf('{ any: { client: a } }'), ['policies[0].if.any: must be a list of conditions.']);
    for (const text of ['[{ client: a }]', 'everybody', 'null', '7']) {
      assert.match(
        ifOf(text)[0] ?? '',
        /^policies\[0\]\.if: must be a map of client, client_tag, group, .*, all, any, not\.$/,
      );
    }
    assert.match(ifOf('{ not: [{ client: a }] }')[0] ?? '', /^policies\[0\]\.if\.not: must be a map of client/);
  });

  test('may be nested, but not without end', () => {
    const nested = (depth: number) => ifOf(`${'{ not: '.repeat(depth)}{ client: a }${' }'.repeat(depth)}`);
    assert.deepEqual(nested(16), []);
    assert.match(nested(17).join(), /is nested deeper than 16\.$/);
    const own: { not?: object } = {};
    own.not = own;
    assert.equal(parsePolicies([{ name: 'it', if: own, ...JSON.parse('{ "then": { "block": true } }') }]).ok, false);
  });

  test('that name no action are about signing in and refreshing', () => {
    const testsOf = (condition: string) =>
      made(`[{ name: it, if: ${condition}, then: { block: true } }]`).conditions.map((one) =>
        'join' in one ? one.join : [one.test, one.expected],
      );
    const usual = ['action', ['sign_in', 'refresh']];
    assert.deepEqual(testsOf('{ client: a }'), [['client', ['a']], usual]);
    assert.deepEqual(testsOf('{ any: [{ client: a }, { not: { action: admin } }] }'), ['any']);
    assert.deepEqual(made('[{ name: it, then: { block: true } }]').conditions.length, 1);
  });
});
