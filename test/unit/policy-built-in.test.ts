import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Evidence, evaluate, type PolicyTrace, type Signals } from '../../src/policy/index.ts';
import {
  ago,
  emailCode,
  passkey,
  password,
  recoveryCode,
  signalsWith,
  totp,
  trustedDevice,
} from '../support/policies.ts';

const decide = (changes: Partial<Signals>) => evaluate([], signalsWith(changes));
const traceOf = (name: string, changes: Partial<Signals>): PolicyTrace | undefined =>
  decide(changes).trace.find(({ policy }) => policy === name);
const unmet = (changes: Partial<Signals>) => {
  const decision = decide(changes);
  return decision.outcome === 'step_up' ? decision.unmet : decision.outcome;
};

describe('account_usable', () => {
  test('a usable person with evidence may pass, and the trace says why', () => {
    const decision = decide({});
    assert.equal(decision.outcome, 'allow');
    assert.deepEqual(decision.session, {});
    assert.deepEqual(
      decision.trace.map(({ policy, mode, applied, verdict }) => [policy, mode, applied, verdict]),
      [
        ['account_usable', 'built_in', false, 'no'],
        ['something_proven', 'built_in', true, 'yes'],
        ['requested_acr', 'built_in', false, 'no'],
        ['register_factor', 'built_in', false, 'no'],
      ],
    );
    assert.deepEqual(decision.trace[0], {
      ...{ policy: 'account_usable', mode: 'built_in', applied: false, verdict: 'no' },
      tests: [{ test: 'account', expected: 'disabled', actual: 'usable', verdict: 'no' }],
      ...{ block: true, requirements: [], session: {} },
    });
  });

  test('nobody passes who is disabled', () => {
    const decision = decide({ user: { id: 'ada', disabled: true } });
    assert.equal(decision.outcome === 'deny' && decision.reason, 'blocked');
    assert.deepEqual(decision.outcome === 'deny' && decision.by, ['account_usable']);
    assert.deepEqual(decision.trace[0]?.tests, [
      { test: 'account', expected: 'disabled', actual: 'disabled', verdict: 'yes' },
    ]);
  });

  test('nobody passes who is not known, or of whom it is not known whether they are disabled', () => {
    for (const user of [
      undefined,
      null,
      {},
      { id: 'ada' },
      { disabled: false },
      { id: 'ada', disabled: 'no' },
      'ada',
    ]) {
      const decision = decide({ user: user as never });
      assert.equal(decision.outcome === 'deny' && decision.reason, 'blocked');
      assert.deepEqual(decision.trace[0]?.tests, [
        { test: 'account', expected: 'disabled', actual: null, verdict: 'unknown' },
      ]);
    }
  });
});

test('something_proven: nobody passes who has proven nothing, and a trusted browser is nothing', () => {
  assert.deepEqual(unmet({ evidence: [] }), [{ require: 'proof' }]);
  assert.deepEqual(unmet({ evidence: [trustedDevice] }), [{ require: 'proof' }]);
  assert.deepEqual(unmet({ evidence: undefined as never }), [{ require: 'proof' }]);
  assert.equal(unmet({ evidence: [ago(1e6, totp)] }), 'allow');
});

describe('evidence that is not wholly as it should be proves nothing', () => {
  const broken: unknown[] = [
    ...[null, 7, 'password', {}, { ...password, by: '' }, { ...password, by: 7 }, { ...password, at: '0' }],
    ...[
      { ...password, at: Number.NaN },
      { ...password, kinds: 'knowledge' },
      { ...password, kinds: ['wisdom'] },
    ],
    ...[
      { ...password, kinds: ['knowledge', 'wisdom'] },
      { ...password, amr: [7] },
      { ...password, amr: undefined },
    ],
    ...[
      { ...password, phishingResistant: 'no' },
      { ...password, kinds: [] },
    ],
  ];
  for (const one of broken) {
    test(`${JSON.stringify(one)}`, () => {
      assert.deepEqual(unmet({ evidence: [one] as never }), [{ require: 'proof' }]);
      assert.equal(unmet({ evidence: [one, password] as never }), 'allow');
    });
  }
});

describe('requested_acr, where the app insists (OpenID Connect Core section 5.5.1.1)', () => {
  test('any of those asked for will do', () => {
    assert.equal(unmet({ requiredAcr: ['aal1'] }), 'allow');
    assert.equal(unmet({ requiredAcr: ['phr', 'aal2'], evidence: [password, totp] }), 'allow');
    assert.equal(unmet({ requiredAcr: ['urn:gold', 'aal1'] }), 'allow');
  });

  test('what can be reached is asked for', () => {
    const asked = [{ require: 'acr', of: ['phr', 'aal2'] }];
    assert.deepEqual(unmet({ requiredAcr: ['phr', 'aal2'], reachable: [totp] }), asked);
    assert.deepEqual(unmet({ requiredAcr: ['phr'] }), [{ require: 'acr', of: ['phr'] }]);
    assert.deepEqual(traceOf('requested_acr', { requiredAcr: ['phr'] })?.block, false);
  });

  test('what nobody could reach here is refused as such', () => {
    for (const changes of [
      { requiredAcr: ['phr'], reachable: [totp] },
      { requiredAcr: ['aal2'], reachable: [] },
      { requiredAcr: ['aal2'], reachable: [{ kinds: ['knowledge' as const], phishingResistant: false }] },
      { requiredAcr: ['aal2'], reachable: undefined as never },
      { requiredAcr: ['aal2'], reachable: [totp, { kinds: 'possession' }] as never },
      { requiredAcr: ['urn:gold'] },
    ]) {
      const decision = decide(changes);
      assert.deepEqual(decision.outcome === 'deny' && [decision.reason, ...decision.by], [
        'unreachable',
        'requested_acr',
      ]);
    }
  });

  test('what is proven is enough, whatever is within reach', () => {
    assert.equal(unmet({ requiredAcr: ['phr'], reachable: [], evidence: [passkey] }), 'allow');
  });

  test('somebody blocked is told that, whatever else could not be reached', () => {
    const decision = decide({ user: { id: 'u', disabled: true }, requiredAcr: ['phr'], reachable: [] });
    assert.deepEqual(decision.outcome === 'deny' && decision, {
      ...{ outcome: 'deny', reason: 'blocked', by: ['account_usable', 'requested_acr'] },
      ...{ session: {}, trace: decision.trace },
    });
  });

  test('where it is not known what is insisted on, nobody passes', () => {
    const decision = decide({ requiredAcr: undefined as never, evidence: [passkey] });
    assert.equal(decision.outcome === 'deny' && decision.reason, 'unreachable');
  });

  test('a trusted browser is worth nothing to it', () => {
    const asked = [{ require: 'acr', of: ['aal2'] }];
    assert.deepEqual(unmet({ requiredAcr: ['aal2'], evidence: [password, trustedDevice] }), asked);
  });
});

describe('requested_acr, where the app would like it (OpenID Connect Core section 3.1.2.1)', () => {
  test('the strongest that can be reached is asked for, and nobody is refused', () => {
    assert.deepEqual(unmet({ requestedAcr: ['aal2', 'phr', 'aal1'] }), [{ require: 'acr', of: ['phr'] }]);
    assert.deepEqual(unmet({ requestedAcr: ['phr', 'aal2'], reachable: [totp] }), [{ require: 'acr', of: ['aal2'] }]);
    assert.equal(unmet({ requestedAcr: ['phr', 'urn:gold'], reachable: [totp] }), 'allow');
    assert.equal(unmet({ requestedAcr: ['aal2'], reachable: [] }), 'allow');
    assert.equal(unmet({ requestedAcr: ['aal1'], reachable: [] }), 'allow');
    assert.equal(unmet({ requestedAcr: ['aal2'], evidence: [passkey] }), 'allow');
    assert.equal(traceOf('requested_acr', { requestedAcr: ['phr'], reachable: [totp] })?.applied, false);
  });

  test('where it also insists, what it insists on decides', () => {
    assert.equal(unmet({ requestedAcr: ['aal1', 'phr'], requiredAcr: ['aal1'] }), 'allow');
  });

  test('where it is not known what is within reach, it is asked for all the same', () => {
    assert.deepEqual(unmet({ requestedAcr: ['aal2'], reachable: undefined as never }), [
      { require: 'acr', of: ['aal2'] },
    ]);
    assert.deepEqual(unmet({ requestedAcr: undefined as never }), [{ require: 'acr', of: ['phr'] }]);
  });

  test('the trace shows what was asked for and what could be had', () => {
    assert.deepEqual(traceOf('requested_acr', { requestedAcr: ['phr', 'aal2'], reachable: [totp] }), {
      ...{ policy: 'requested_acr', mode: 'built_in', applied: true, verdict: 'yes', block: false, session: {} },
      tests: [
        {
          join: 'any',
          of: [
            { test: 'required_acr', expected: 'any', actual: [], verdict: 'no' },
            { test: 'requested_acr', expected: ['aal1', 'aal2'], actual: ['phr', 'aal2'], verdict: 'yes' },
          ],
          verdict: 'yes',
        },
      ],
      requirements: [
        { requirement: { require: 'acr', of: ['aal2'] }, met: false, reason: 'aal1 was reached, not aal2' },
      ],
    });
    const broken = traceOf('requested_acr', {
      requestedAcr: 7 as never,
      requiredAcr: 7 as never,
      reachable: 7 as never,
    });
    assert.deepEqual(
      broken?.requirements.map(({ requirement }) => requirement),
      [{ require: 'acr', of: [] }],
    );
    assert.deepEqual(broken?.tests, [
      {
        join: 'any',
        of: [
          { test: 'required_acr', expected: 'any', actual: null, verdict: 'unknown' },
          { test: 'requested_acr', expected: ['aal1', 'aal2', 'phr'], actual: null, verdict: 'unknown' },
        ],
        verdict: 'unknown',
      },
    ]);
  });
});

describe('register_factor: changing what one proves oneself with takes a fresh proof of the best of it', () => {
  const by = (evidence: Evidence): NonNullable<Signals['enrolled']>[number] => evidence;
  const sms = { ...totp, by: 'sms' };
  const asked = (...names: string[]) => [
    { require: 'authenticator', of: [...names, 'recovery-code', 'access-pass', 'waiting-period'], within: 900 },
  ];
  const changing = (changes: Partial<Signals>) =>
    unmet({ action: 'register_factor', evidence: [ago(900, password)], ...changes });

  test('who has nothing enrolled proves anything anew', () => {
    assert.equal(changing({ enrolled: [] }), 'allow');
    assert.deepEqual(changing({ enrolled: [], evidence: [ago(901, password)] }), [{ require: 'proof', within: 900 }]);
  });

  test('of what is enrolled the strongest is asked for: phishing resistant, several kinds, own, the word of others', () => {
    const both = { ...totp, by: 'card', kinds: ['possession' as const, 'knowledge' as const] };
    assert.deepEqual(changing({ enrolled: [by(totp), by(passkey), by(both)] }), asked('webauthn'));
    assert.deepEqual(
      changing({ enrolled: [by({ ...totp, by: 'key', phishingResistant: true }), by(both)] }),
      asked('key'),
    );
    assert.deepEqual(changing({ enrolled: [by(both), by(totp)] }), asked('card'));
    assert.deepEqual(changing({ enrolled: [by(emailCode), by(totp), by(sms), by(totp)] }), asked('totp', 'sms'));
    assert.deepEqual(changing({ enrolled: [by(emailCode)] }), asked('email-code'));
    assert.deepEqual(changing({ enrolled: [by(emailCode), by(recoveryCode)] }), asked('email-code'));
    assert.deepEqual(changing({ enrolled: [by(recoveryCode)] }), asked());
  });

  test('it is met by that, by a recovery code or by an access pass, when fresh', () => {
    const enrolled = [by(totp)];
    for (const one of [totp, recoveryCode, { ...totp, by: 'access-pass' }]) {
      assert.equal(changing({ enrolled, evidence: [ago(900, one)] }), 'allow');
      assert.deepEqual(changing({ enrolled, evidence: [ago(901, one)] }), asked('totp'));
    }
    assert.deepEqual(changing({ enrolled, evidence: [password, emailCode, passkey] }), asked('totp'));
    assert.deepEqual(changing({ enrolled, evidence: [totp], at: undefined as never }), asked('totp'));
  });

  test('where it is not known what is enrolled, only that will do which always does', () => {
    assert.deepEqual(changing({}), asked());
    assert.deepEqual(changing({ enrolled: [by(totp), { by: 'x' }] as never }), asked());
    assert.deepEqual(changing({ enrolled: [{ ...totp, by: '' }] }), asked());
    assert.equal(changing({ evidence: [recoveryCode] }), 'allow');
  });

  test('it is about changes to factors and to the account, and about what is not known', () => {
    assert.deepEqual(changing({ action: 'account_change', enrolled: [by(totp)] }), asked('totp'));
    assert.deepEqual(changing({ action: 'bogus' as never, enrolled: [by(totp)] }), asked('totp'));
    for (const action of ['sign_in', 'refresh', 'admin'] as const) {
      assert.equal(changing({ action, enrolled: [by(totp)] }), 'allow');
    }
    assert.deepEqual(traceOf('register_factor', { action: 'admin', enrolled: [] }), {
      ...{ policy: 'register_factor', mode: 'built_in', applied: false, verdict: 'no', block: false, session: {} },
      tests: [{ test: 'action', expected: ['register_factor', 'account_change'], actual: 'admin', verdict: 'no' }],
      requirements: [],
    });
    assert.deepEqual(traceOf('register_factor', { action: 'bogus' as never })?.tests, [
      { test: 'action', expected: ['register_factor', 'account_change'], actual: null, verdict: 'unknown' },
    ]);
  });
});
