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
const spared = 'not: { group: admins }';

test('policies that mean something are left alone', () => {
  assert.deepEqual(
    lint([
      `if: { client: [home], not: { group: [admins] } }, ${mfa}`,
      `if: { client: [home], known_device: false, ${spared} }, ${block}`,
      `if: { network: [office] }, ${mfa}`,
      `if: { action: [admin] }, then: { require: [phishing_resistant, { authenticator: [webauthn, totp] }] }`,
    ]),
    [],
  );
});

describe('what locks every administrator out is an error', () => {
  const message = (action: string, by: string) =>
    `locks every administrator out: nobody in the group admins can pass ${action} (${by}).`;
  const signIn = message('sign_in', '"p0"');
  const cases: [what: string, policies: string[], found: string[], needs?: Partial<LintNeeds>][] = [
    ['a block of everybody', [block], [`error p0: ${signIn}`]],
    ['a block of everybody but others', [`if: { not: { group: staff } }, ${block}`], []],
    ['a block of the group', [`if: { group: [staff, admins] }, ${block}`], [`error p0: ${signIn}`]],
    ['a block of the console', [`if: { action: admin }, ${block}`], [`error p0: ${message('admin', '"p0"')}`]],
    [
      'a block of the console beside one of an app',
      [`if: { action: admin }, ${block}`, `if: { client: x }, ${block}`],
      [`error p0: ${message('admin', '"p0"')}`],
    ],
    ['a block of refreshing only', [`if: { action: refresh }, ${block}`], []],
    ['a block with a way round', [`if: { not: { network: [office] } }, ${block}`], []],
    ['a block that spares them', [`if: { ${spared} }, ${block}`], []],
    ['a block for one client', [`if: { client: home }, ${block}`], []],
    ['a block in report mode', [`mode: report, ${block}`], []],
    ['a block that is off', [`mode: off, ${block}`], []],
    [
      'blocks that together leave nothing open',
      [`if: { known_device: true }, ${block}`, `if: { known_device: false }, ${block}`, `if: { client: x }, ${mfa}`],
      [`error -: ${message('sign_in', '"p0", "p1"')}`],
    ],
    [
      'blocks by country where that is never known',
      [`if: { not: { country: [DE] } }, ${block}`],
      [
        `error p0: ${signIn}`,
        'warning p0: blocks also when country is not known, and the country of an address cannot always be told; exclude those who must not be locked out.',
      ],
      { neverKnown: ['country'] },
    ],
    [
      'a factor that nobody has',
      ['then: { require: [{ authenticator: [card] }] }'],
      [`error p0: ${signIn}`, 'error p0: asks for what nobody here can have: card.'],
      { known: { authenticator: ['totp'] } },
    ],
    [
      'a factor that somebody has',
      ['then: { require: [{ authenticator: [totp, sms] }] }'],
      [],
      { known: { authenticator: ['totp', 'sms'] } },
    ],
    [
      'nothing but what nobody can do',
      ['then: { require: [{ any: [{ terms: b }, { authenticator: [card] }] }] }'],
      [`error p0: ${signIn}`, 'error p0: asks for what nobody here can have: terms b, card.'],
      { known: { authenticator: ['totp'], terms: ['a'] } },
    ],
    [
      'something that one can do instead',
      ['then: { require: [{ any: [{ terms: b }, mfa] }] }'],
      [],
      { known: { authenticator: ['totp'], terms: ['a'] } },
    ],
  ];
  for (const [what, policies, found, needs] of cases) {
    test(what, () => assert.deepEqual(lint(policies, needs), found));
  }

  test('administrators are who the caller says', () => {
    assert.match(
      lint([`if: { group: [root] }, ${block}`], { administrators: 'root' })[0] ?? '',
      /^error p0: locks every/,
    );
    assert.deepEqual(lint([`if: { group: [admins] }, ${block}`], { administrators: 'root' }), []);
  });
});

describe('a policy that can never apply', () => {
  const never = 'warning p0: can never apply: its tests contradict each other.';
  const contradictory = [
    '{ all: [{ client: [a, b] }, { client: [c] }] }',
    '{ client: [a], not: { client: [a, b] } }',
    '{ all: [{ client: [a, b] }, { client: [b, c] }, { client: [a, c] }] }',
    '{ group: [a], not: { group: [a, b] } }',
    '{ known_device: true, not: { known_device: true } }',
    '{ not: { any: [{ known_device: true }, { known_device: false }] } }',
    '{ not: { sign_in_risk: [none, low, medium, high] } }',
    '{ action: [admin], all: [{ action: [refresh, sign_in] }] }',
    '{ any: [{ all: [{ client: a }, { client: b }] }, { country: DE, not: { country: [de, FR] } }] }',
    '{ attribute: { plan: gold }, not: { attribute: { plan: [gold, silver] } } }',
    '{ network: [office, 10.0.0.0/8], not: { network: [10.0.0.0/8, office] } }',
    '{ time: { days: [mon], zone: UTC }, not: { time: { days: [mon], zone: UTC } } }',
    '{ not: { any: [{ client: a }, { not: { client: a } }] } }',
  ];
  for (const condition of contradictory) {
    test(`${condition} says so`, () => assert.deepEqual(lint([`if: ${condition}, ${mfa}`]), [never]));
  }

  const sensible = [
    '{ all: [{ client: [a, b] }, { client: [b, c] }] }',
    '{ client: [a, b], not: { client: [a] } }',
    '{ all: [{ group: [a] }, { group: [b] }] }',
    '{ group: [a, b], not: { group: [a] } }',
    '{ all: [{ requested_acr: [aal2] }, { requested_acr: [phr] }] }',
    '{ not: { known_device: true } }',
    '{ all: [{ attribute: { plan: gold } }, { attribute: { plan: silver } }] }',
    '{ all: [{ network: [office] }, { network: [10.0.0.0/8] }] }',
    '{ all: [{ user: [ada] }, { user: [ada@example.com] }] }',
    "{ all: [{ time: { days: [mon], zone: UTC } }, { time: { from: '08:00', to: '18:00', zone: UTC } }] }",
    '{ all: [{ client_tag: [a] }, { client_tag: [b] }] }',
    '{ not: { sign_in_risk: [none, low] } }',
    '{ any: [{ all: [{ client: a }, { client: b }] }, { country: DE }] }',
    '{ attribute: { plan: gold }, not: { attribute: { level: gold } } }',
    '{ attribute: { level: 3 }, not: { attribute: { level: "3" } } }',
    '{ not: { all: [{ client: a }, { not: { client: a } }], country: DE } }',
    '{ time: { days: [mon], zone: UTC }, not: { time: { days: [tue], zone: UTC } } }',
  ];
  for (const condition of sensible) {
    test(`${condition} is sensible`, () => assert.deepEqual(lint([`if: ${condition}, ${mfa}`]), []));
  }

  test('a tangle that is too large to look through is left alone', () => {
    const half = (n: number, tag: string) => `{ all: [{ client_tag: ${tag}${n} }, { group: g${n} }] }`;
    const either = Array.from({ length: 20 }, (_, n) => `{ any: [${half(n, 'a')}, ${half(n, 'b')}] }`);
    assert.deepEqual(lint([`if: { all: [${either.join(', ')}, { client: a }, { client: b }] }, ${mfa}`]), []);
  });
});

describe('a block that also hits those of whom something is not known', () => {
  const warned = (policy: string) =>
    lint([policy]).map((one) => one.replace(/warning p0: blocks also when (\w+) is not known.*/, '$1'));

  test('is told for each signal that may be missing in ordinary life', () => {
    assert.deepEqual(warned(`if: { country: [KP], ${spared} }, ${block}`), ['country']);
    assert.deepEqual(warned(`if: { not: { device_platform: [ios] }, attribute: { vip: true } }, ${block}`), [
      ...['attribute', 'device_platform'],
    ]);
    assert.deepEqual(warned(`if: { any: [{ sign_in_risk: high }, { user_risk: high }] }, ${block}`), [
      ...['sign_in_risk', 'user_risk'],
    ]);
    assert.deepEqual(
      warned(`if: { client: a, group: b, network: office, time: { days: [sun], zone: UTC } }, ${block}`),
      [],
    );
  });

  test('with the reason why that may be missing', () => {
    const reasons = {
      '{ country: [KP] }': 'country is not known, and the country of an address cannot always be told',
      '{ device_platform: [ios] }': 'device_platform is not known, and a browser need not say what it runs on',
      '{ attribute: { vip: true } }': 'attribute is not known, and not everybody has every attribute',
      '{ sign_in_risk: [high] }':
        'sign_in_risk is not known, and a risk is not known when what it is reckoned from is missing',
      '{ user_risk: [high] }':
        'user_risk is not known, and a risk is not known when what it is reckoned from is missing',
    };
    for (const [condition, reason] of Object.entries(reasons)) {
      assert.deepEqual(lint([`if: ${condition}, ${block}`]), [
        `warning p0: blocks also when ${reason}; exclude those who must not be locked out.`,
      ]);
    }
  });

  test('is not told of what only asks for more', () => {
    assert.deepEqual(warned(`if: { country: [KP] }, ${mfa}`), []);
  });
});

describe('names of nothing', () => {
  test('a factor that does not exist is a warning as long as it is not known which do', () => {
    assert.deepEqual(lint(['then: { require: [{ authenticator: [card] }] }']), [
      'warning p0: asks for what nobody here can have: card.',
    ]);
    assert.deepEqual(lint(['then: { require: [{ any: [verified_phone, { authenticator: [totp, web-authn] }] }] }']), [
      'warning p0: there is no factor web-authn; did you mean webauthn?',
    ]);
    assert.deepEqual(lint(['then: { require: [{ authenticator: [totp] }, { terms: x }] }']), []);
  });

  test('a client, a group or a network that does not exist, where it is known which do', () => {
    const known = { client: ['home-insurance'], group: ['admins'], network: ['office'] };
    const condition =
      '{ client: [home-insurence], group: [clerks], network: [office, trusted, 10.0.0.0/8, 10.1.2.3, offices] }';
    assert.deepEqual(lint([`if: ${condition}, ${mfa}`], { known }), [
      'warning p0: there is no client home-insurence; did you mean home-insurance?',
      'warning p0: there is no group clerks.',
      'warning p0: there is no network offices; did you mean office?',
    ]);
    assert.deepEqual(lint([`if: ${condition}, ${mfa}`]), []);
    assert.deepEqual(
      lint([`if: { client: [trusted], known_device: true }, ${mfa}`], { known: { client: ['a'], known_device: [] } }),
      ['warning p0: there is no client trusted.'],
    );
  });
});

test('persistent: true is told to change nothing', () => {
  assert.deepEqual(lint(['then: { session: { persistent: true } }']), [
    'warning p0: session.persistent: true changes nothing; only false does.',
  ]);
  assert.deepEqual(lint(['then: { session: { persistent: false } }']), []);
});
