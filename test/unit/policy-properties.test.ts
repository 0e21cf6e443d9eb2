import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Decision,
  evaluate,
  explain,
  parseExpectations,
  parsePolicies,
  type Requirement,
  signalsFrom,
} from '../../src/policy/index.ts';
import { losses, policies, signals, writtenPolicies } from '../support/policy-arbitraries.ts';
import { concluded } from '../support/policy-trace.ts';

/** Cases of each property; together well over ten thousand. */
const many = { numRuns: 2000 };

const STRICTNESS = ['allow', 'step_up', 'deny'];
const texts = (requirements: readonly Requirement[]) => requirements.map((one) => JSON.stringify(one)).sort();
const unmet = (decision: Decision) => (decision.outcome === 'step_up' ? texts(decision.unmet) : []);
const strictness = ({ outcome }: Decision) => STRICTNESS.indexOf(outcome);

/** What comes out, without the order in which it is told and without the trace. */
function gist(decision: Decision) {
  const why = decision.outcome === 'deny' ? [decision.reason, ...decision.by.toSorted()] : [];
  return { outcome: decision.outcome, why, unmet: unmet(decision), session: decision.session };
}

/** Session controls only ever get tighter. Trust counts where a second factor was asked for before. */
function assertAsTight({ session: now }: Decision, { session: before, trace }: Decision): void {
  assert.ok((now.maxAge ?? Number.POSITIVE_INFINITY) <= (before.maxAge ?? Number.POSITIVE_INFINITY), 'max_age');
  assert.ok(before.persistent !== false || now.persistent === false, 'persistent');
  const asked = trace
    .filter(({ applied, mode }) => applied && mode === 'enforce')
    .flatMap(({ requirements }) => requirements.map(({ requirement }) => JSON.stringify(requirement)));
  const mfa = asked.some((one) => one.includes('"mfa"'));
  assert.ok(!mfa || (now.trustDevice ?? 0) <= (before.trustDevice ?? 0), 'trust_device');
}

describe('whatever the policies and the signals', () => {
  test('their order never matters', () => {
    const shuffled = policies.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, signals, ([all, other], given) => {
        assert.deepEqual(gist(evaluate(other, given)), gist(evaluate(all, given)));
      }),
      many,
    );
  });

  test('adding a policy never weakens', () => {
    fc.assert(
      fc.property(policies, signals, (all, given) => {
        const [after, before] = [evaluate(all, given), evaluate(all.slice(0, -1), given)];
        assert.ok(strictness(after) >= strictness(before), 'the outcome');
        if (after.outcome === 'step_up')
          assert.deepEqual(
            unmet(before).filter((one) => !unmet(after).includes(one)),
            [],
          );
        assertAsTight(after, before);
      }),
      many,
    );
  });

  test('report mode changes only the trace', () => {
    fc.assert(
      fc.property(policies, signals, (all, given) => {
        const decision = evaluate(all, given);
        const enforced = evaluate(
          all.filter(({ mode }) => mode === 'enforce'),
          given,
        );
        const trace = decision.trace.filter(({ mode }) => mode !== 'report');
        assert.deepEqual({ ...decision, trace }, enforced);
        assert.equal(decision.trace.length - trace.length, all.filter(({ mode }) => mode === 'report').length);
      }),
      many,
    );
  });

  test('losing one signal or one proof never weakens', () => {
    fc.assert(
      fc.property(policies, signals, (all, given) => {
        const before = evaluate(all, given);
        for (const less of losses(given)) {
          const after = evaluate(all, less);
          assert.ok(strictness(after) >= strictness(before), `${JSON.stringify(less)} gives ${after.outcome}`);
          assertAsTight(after, before);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('the trace alone justifies the outcome', () => {
    fc.assert(
      fc.property(policies, signals, (all, given) => {
        const decision = evaluate(all, given);
        assert.deepEqual(concluded(decision.trace), gist(decision));
      }),
      many,
    );
  });

  test('a decision is plain JSON, and the same for the same signals', () => {
    fc.assert(
      fc.property(policies, signals, (all, given) => {
        const decision = evaluate(all, given);
        assert.deepEqual(JSON.parse(JSON.stringify(decision)), decision);
        assert.deepEqual(evaluate(all, given), decision);
      }),
      many,
    );
  });
});

test('every decision can be explained in sentences', () => {
  fc.assert(
    fc.property(policies, signals, (all, given) => {
      assert.deepEqual(
        explain(evaluate(all, given), given).filter((one) => !/^\S.*\S\.$/.test(one)),
        [],
      );
    }),
    { numRuns: 300 },
  );
});

describe('whatever is handed in', () => {
  const garbage = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true, withSet: true });
  const spoilt = fc
    .tuple(
      signals,
      fc.constantFrom('user', 'client', 'network', 'evidence', 'at', 'enrolled', 'requiredAcr', 'action'),
      garbage,
    )
    .map(([given, key, value]) => ({ ...given, [key]: value }));
  const deeplySpoilt = fc
    .tuple(signals, fc.constantFrom('id', 'groups', 'attributes', 'disabled', 'email'), garbage)
    .map(([given, key, value]) => ({ ...given, user: { ...given.user, [key]: value } }));

  test('evaluation answers, in plain JSON, and no garbage lets anybody through who would not pass without it', () => {
    fc.assert(
      fc.property(policies, fc.oneof(garbage, spoilt, deeplySpoilt), (all, given) => {
        const decision = evaluate(all, given as never);
        assert.deepEqual(JSON.parse(JSON.stringify(decision)), decision);
        assert.deepEqual(concluded(decision.trace), gist(decision));
        assert.notEqual(decision.trace[0]?.policy, 'evaluation');
      }),
      many,
    );
  });

  test('parsing answers: policies, or problems that each say where', () => {
    const spoiltPolicies = fc
      .tuple(writtenPolicies, fc.constantFrom('name', 'mode', 'if', 'then', 'more'), fc.jsonValue())
      .map(([all, key, value]) => all.map((one) => ({ ...one, [key]: value })));
    const nested = fc.tuple(
      fc.constantFrom('if', 'then'),
      fc.jsonValue(),
      fc.constantFrom('all', 'not', 'require', 'session', 'time'),
    );
    const inside = nested.map(([key, value, word]) => [{ name: 'it', [key]: { [word]: value } }]);
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), garbage, spoiltPolicies, inside), (input) => {
        const parsed = parsePolicies(input);
        if (!parsed.ok)
          assert.ok(parsed.problems.length > 0 && parsed.problems.every((one) => /^policies.*: /s.test(one)));
      }),
      // Making a text of this one throws.
      { ...many, examples: [[[{ name: 'it', mode: { toString: 0 } }]]] },
    );
  });

  test('so do signals and expectations typed by hand', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), garbage), (input) => {
        for (const given of [input, { user: input, at: input, evidence: input, attributes: input }]) {
          const parsed = signalsFrom(given);
          if (parsed.ok) assert.ok(evaluate([], parsed.signals));
        }
        parseExpectations([{ name: 'it', given: input, expect: { outcome: 'deny', by: input, unmet: input } }]);
        parseExpectations(input);
      }),
      { numRuns: 500 },
    );
  });
});
