import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Decision, evaluate, type PolicyTrace, type Signals, type Verdict } from '../../src/policy/index.ts';
import { ago, judged, passkey, password, policiesOf, signalsWith, totp } from '../support/policies.ts';

const decide = (text: string, changes: Partial<Signals> = {}): Decision =>
  evaluate(policiesOf(text), signalsWith(changes));
const traceOf = (decision: Decision, name: string): PolicyTrace | undefined =>
  decision.trace.find(({ policy }) => policy === name);
const unmet = (decision: Decision) => (decision.outcome === 'step_up' ? decision.unmet : decision.outcome);
const enforced = (...then: string[]) =>
  `[${then.map((one, n) => `{ name: p${n}, mode: enforce, ${one} }`).join(', ')}]`;

describe('three answers, not two', () => {
  // Yes, no and unknown, each as a test of its own.
  const [yes, no, unknown] = ['{ client: app }', '{ method: passkey }', '{ country: DE }'];
  const signals = { method: 'password' };
  const cases: [condition: string, verdict: Verdict][] = [
    [`{ all: [${yes}, ${yes}] }`, 'yes'],
    [`{ all: [${yes}, ${unknown}] }`, 'unknown'],
    [`{ all: [${unknown}, ${no}] }`, 'no'],
    [`{ all: [${no}, ${yes}] }`, 'no'],
    [`{ all: [${unknown}, ${yes}] }`, 'unknown'],
    [`{ any: [${no}, ${no}] }`, 'no'],
    [`{ any: [${no}, ${unknown}] }`, 'unknown'],
    [`{ any: [${unknown}, ${yes}] }`, 'yes'],
    [`{ any: [${unknown}, ${no}] }`, 'unknown'],
    [`{ any: [${yes}, ${no}] }`, 'yes'],
    [`{ not: ${yes} }`, 'no'],
    [`{ not: ${no} }`, 'yes'],
    [`{ not: ${unknown} }`, 'unknown'],
    ['{ not: { client: app, method: passkey } }', 'yes'],
    ['{ not: { client: app, country: DE } }', 'unknown'],
    ['{ any: [{ client: app, country: DE }, { method: passkey }] }', 'unknown'],
  ];
  for (const [condition, verdict] of cases) {
    test(`${condition} is ${verdict}`, () => assert.equal(judged(condition, signals).verdict, verdict));
  }

  test('at the top unknown counts as applying, and a definite no wins over it', () => {
    const block = (condition: string) => decide(enforced(`if: ${condition}, then: { block: true }`), signals);
    const verdicts = (condition: string) => {
      const trace = traceOf(block(condition), 'p0');
      return [block(condition).outcome, trace?.verdict, trace?.applied];
    };
    assert.deepEqual(verdicts('{ country: DE }'), ['deny', 'unknown', true]);
    assert.deepEqual(verdicts('{ not: { country: DE } }'), ['deny', 'unknown', true]);
    assert.deepEqual(verdicts('{ country: DE, method: passkey }'), ['allow', 'no', false]);
    assert.deepEqual(verdicts('{ country: DE, client: app }'), ['deny', 'unknown', true]);
    assert.deepEqual(verdicts('{ client: app }'), ['deny', 'yes', true]);
  });

  test('the trace shows every test, also where another one had settled it', () => {
    assert.deepEqual(judged('{ any: [{ client: app }, { not: { country: DE } }] }'), {
      join: 'any',
      of: [
        { test: 'client', expected: ['app'], actual: 'app', verdict: 'yes' },
        {
          join: 'not',
          of: [{ test: 'country', expected: ['DE'], actual: null, verdict: 'unknown' }],
          verdict: 'unknown',
        },
      ],
      verdict: 'yes',
    });
  });
});

describe('a policy is about', () => {
  const outcomes = (condition: string) =>
    (['sign_in', 'refresh', 'admin', 'account_change', 'register_factor'] as const).filter((action) => {
      const decision = decide(enforced(`${condition} then: { block: true }`), { action, enrolled: [] });
      return decision.outcome === 'deny';
    });

  test('signing in and refreshing when it names no action', () => {
    assert.deepEqual(outcomes(''), ['sign_in', 'refresh']);
    assert.deepEqual(outcomes('if: { client: app },'), ['sign_in', 'refresh']);
  });

  test('what its condition says when it names one', () => {
    assert.deepEqual(outcomes('if: { action: [admin, refresh] },'), ['refresh', 'admin']);
    assert.deepEqual(outcomes('if: { not: { action: sign_in } },').length, 4);
    assert.deepEqual(outcomes('if: { any: [{ action: admin }, { client: app }] },').length, 5);
  });
});

describe('what applies counts together', () => {
  test('block wins, whatever else is asked', () => {
    const decision = decide(
      enforced('then: { require: [mfa] }', 'then: { block: true }', 'if: { client: app }, then: { block: true }'),
    );
    assert.deepEqual(decision.outcome === 'deny' && [decision.reason, decision.by], ['blocked', ['p1', 'p2']]);
  });

  test('a block by policy is told as such, also beside what is unreachable', () => {
    const decision = decide(enforced('then: { block: true }'), { requiredAcr: ['urn:gold'] });
    assert.deepEqual(decision.outcome === 'deny' && [decision.reason, decision.by], [
      'blocked',
      ['requested_acr', 'p0'],
    ]);
  });

  test('requirements are united, each told once', () => {
    const decision = decide(
      enforced('then: { require: [mfa, verified_phone] }', 'then: { require: [phishing_resistant, mfa] }'),
    );
    const missing = [{ require: 'mfa' }, { require: 'verified_phone' }, { require: 'phishing_resistant' }];
    assert.deepEqual(unmet(decision), missing);
  });

  test('what is met is not asked for', () => {
    const text = enforced('then: { require: [mfa] }', 'then: { require: [phishing_resistant] }');
    assert.deepEqual(unmet(decide(text, { evidence: [password, totp] })), [{ require: 'phishing_resistant' }]);
    assert.deepEqual(unmet(decide(text, { evidence: [passkey] })), 'allow');
  });

  test('a policy that does not apply asks for nothing, and its trace shows no requirement', () => {
    const decision = decide(enforced('if: { client: other }, then: { require: [mfa], session: { max_age: 1s } }'));
    assert.equal(decision.outcome, 'allow');
    assert.deepEqual(decision.session, {});
    assert.deepEqual(traceOf(decision, 'p0')?.requirements, []);
  });

  test('report mode is evaluated and traced without effect; off is not even evaluated', () => {
    const text = `[{ name: r, mode: report, then: { block: true } },
      { name: s, mode: report, then: { require: [mfa], session: { max_age: 1s, persistent: false, trust_device: 1d } } },
      { name: o, mode: off, then: { block: true } }]`;
    const decision = decide(text, { evidence: [ago(9, password)] });
    assert.equal(decision.outcome, 'allow');
    assert.deepEqual(decision.session, {});
    assert.equal(traceOf(decision, 'o'), undefined);
    assert.equal(traceOf(decide(enforced('then: { block: true }')), 'p0')?.mode, 'enforce');
    const { applied, mode, block } = traceOf(decision, 'r') ?? {};
    assert.deepEqual({ applied, mode, block }, { applied: true, mode: 'report', block: true });
    assert.deepEqual(traceOf(decision, 's'), {
      ...{ policy: 's', mode: 'report', applied: true, verdict: 'yes', block: false },
      tests: [{ test: 'action', expected: ['sign_in', 'refresh'], actual: 'sign_in', verdict: 'yes' }],
      requirements: [
        { requirement: { require: 'mfa', trustDevice: 86_400 }, met: false, reason: 'only knowledge was proven' },
      ],
      session: { maxAge: 1, persistent: false, trustDevice: 86_400 },
    });
  });
});

describe('session controls are the tightest of those that apply', () => {
  const session = (...policies: string[]) => decide(enforced(...policies)).session;

  test('max_age', () => {
    assert.deepEqual(session('then: { session: { max_age: 2h } }', 'then: { session: { max_age: 1h } }'), {
      maxAge: 3600,
    });
  });

  test('persistent: false wins, and true grants nothing', () => {
    const [no, yes] = ['then: { session: { persistent: false } }', 'then: { session: { persistent: true } }'];
    assert.deepEqual(session(yes, no), { persistent: false });
    assert.deepEqual(session(no, yes), { persistent: false });
    assert.deepEqual(session(yes), {});
  });

  test('a browser may be trusted as long as all that ask for a second factor allow', () => {
    const trusting = (days: number) => `then: { require: [mfa], session: { trust_device: ${days}d } }`;
    assert.deepEqual(session(trusting(3), trusting(2)), { trustDevice: 2 * 86_400 });
    assert.deepEqual(session(trusting(3), 'then: { require: [verified_phone] }'), { trustDevice: 3 * 86_400 });
    assert.deepEqual(session(trusting(3), 'then: { require: [mfa] }'), {});
    assert.deepEqual(session(trusting(3), 'then: { require: [{ any: [verified_phone, mfa] }] }'), {});
    assert.deepEqual(session('then: { require: [{ any: [verified_phone, mfa] }], session: { trust_device: 1d } }'), {
      trustDevice: 86_400,
    });
    assert.deepEqual(session('then: { require: [verified_phone] }'), {});
  });

  test('sign-in frequency: older proofs do not count for anything', () => {
    const text = enforced('then: { require: [mfa] }', 'then: { session: { max_age: 1h } }');
    assert.deepEqual(unmet(decide(text, { evidence: [ago(3600, password), ago(3600, totp)] })), 'allow');
    assert.deepEqual(unmet(decide(text, { evidence: [ago(3600, password), ago(3601, totp)] })), [{ require: 'mfa' }]);
    const aged = decide(enforced('then: { session: { max_age: 1h } }'), { evidence: [ago(3601, passkey)] });
    assert.deepEqual(unmet(aged), [{ require: 'proof' }]);
    assert.deepEqual(unmet(decide(text, { evidence: [password, totp], at: Number.NaN })), [
      ...[{ require: 'proof' }, { require: 'mfa' }],
    ]);
    const acr = decide(text, { requiredAcr: ['aal2'], evidence: [password, ago(3601, totp)] });
    assert.deepEqual(unmet(acr), [{ require: 'acr', of: ['aal2'] }, { require: 'mfa' }]);
  });
});

test('what cannot be decided is denied, and says so', () => {
  const broken = {
    get name(): string {
      throw new Error('broken');
    },
  };
  for (const policies of [[null], [broken], null, [{ mode: 'enforce' }]]) {
    const rules = {
      policy: 'evaluation',
      mode: 'built_in',
      applied: true,
      verdict: 'unknown',
      tests: [],
      requirements: [],
    };
    assert.deepEqual(evaluate(policies as never, signalsWith()), {
      ...{ outcome: 'deny', by: ['evaluation'], reason: 'blocked', session: {} },
      trace: [{ ...rules, block: true, session: {} }],
    });
  }
});

test('a signal that cannot even be read is not known', () => {
  const throwing = new Proxy({}, { get: () => assert.fail('unreadable') });
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const signals = signalsWith({
    user: { id: 'ada', disabled: false, groups: revoked.proxy },
    client: throwing as never,
  });
  const decision = evaluate(policiesOf(enforced('if: { group: x, client: y }, then: { block: true }')), signals);
  assert.deepEqual(
    traceOf(decision, 'p0')?.tests.map((one) => one.verdict),
    ['unknown', 'unknown', 'yes'],
  );
  assert.equal(evaluate([], throwing as never).outcome, 'deny');
});

test('a test that throws is not known', () => {
  const [policy] = policiesOf(enforced('then: { block: true }'));
  const leaf = { test: 'odd', expected: 1, several: false, judge: () => assert.fail('broken') };
  const decision = evaluate(policy ? [{ ...policy, conditions: [leaf] }] : [], signalsWith());
  assert.deepEqual(traceOf(decision, 'p0')?.tests, [{ test: 'odd', expected: 1, actual: null, verdict: 'unknown' }]);
  assert.equal(decision.outcome, 'deny');
});
