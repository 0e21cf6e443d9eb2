import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Policy, Requirement } from '../../src/policy/index.ts';
import { policiesOf, problemsOf } from '../support/policies.ts';

const thenProblems = (text: string, condition = '{ client: app }') =>
  problemsOf(`[{ name: it, if: ${condition}, then: ${text} }]`).map((one) => one.replace('policies[0].then', 'then'));
const made = (text: string): Policy => policiesOf(text)[0] as Policy;
const required = (require: string, session = '{}'): Requirement[] =>
  made(`[{ name: it, then: { require: ${require}, session: ${session} } }]`).demands.map((one) => one.requirement);

describe('then', () => {
  test('is block, or requirements and session controls', () => {
    assert.deepEqual(thenProblems('{ block: true }'), []);
    assert.deepEqual(thenProblems('{ session: { max_age: 12h } }'), []);
    assert.deepEqual(thenProblems('{ block: false }'), ['then.block: can only be true.']);
    assert.deepEqual(thenProblems('{ block: true, require: [mfa] }'), [
      'then: who is blocked is asked for nothing: block stands alone.',
    ]);
    assert.deepEqual(thenProblems('{}'), ['then: needs block, require or session.']);
    assert.deepEqual(thenProblems('block'), ['then: must be a map of block, require, session.']);
    assert.deepEqual(thenProblems('{ requires: [mfa] }'), ['then.requires: unknown key; did you mean require?']);
    assert.deepEqual(problemsOf('[{ name: it }]'), ['policies[0].then: must be a map of block, require, session.']);
  });

  test('block leaves nothing else to ask', () => {
    const { block, demands, session } = made('[{ name: it, then: { block: true } }]');
    assert.deepEqual({ block, demands, session }, { block: true, demands: [], session: {} });
  });

  test('session controls are durations and a truth', () => {
    const { session } = made(
      '[{ name: it, then: { require: [mfa], session: { max_age: 90s, persistent: false, trust_device: 30d } } }]',
    );
    assert.deepEqual(session, { maxAge: 90, persistent: false, trustDevice: 30 * 86_400 });
    assert.deepEqual(made('[{ name: it, then: { session: { persistent: true } } }]').session, { persistent: true });
    assert.deepEqual(thenProblems('{ require: [mfa], session: 12h }'), [
      'then.session: must be a map of max_age, persistent, trust_device.',
    ]);
    assert.deepEqual(
      thenProblems('{ require: [mfa], session: { max_age: 12, persistent: 1, trust_device: forever } }'),
      [
        'then.session.max_age: must be a duration such as 30s, 15m, 12h or 30d.',
        'then.session.persistent: must be true or false.',
        'then.session.trust_device: must be a duration such as 30s, 15m, 12h or 30d.',
      ],
    );
  });

  test('durations are whole numbers of seconds, minutes, hours or days', () => {
    const within = (text: string) => required(`[{ fresh: ${text} }]`)[0];
    for (const [text, seconds] of [
      ['30s', 30],
      ['15m', 900],
      ['12h', 43_200],
      ['30d', 2_592_000],
      ['999999s', 999_999],
    ] as const) {
      assert.deepEqual(within(text), { require: 'proof', within: seconds });
    }
    for (const text of [
      '0m',
      '-1m',
      '1.5h',
      '015m',
      '15',
      '15 m',
      '15M',
      'm',
      '1w',
      '9999999s',
      'x15m',
      '15mx',
      '[15m]',
      'null',
    ]) {
      assert.deepEqual(thenProblems(`{ require: [{ fresh: ${text} }] }`), [
        'then.require[0].fresh: must be a duration such as 30s, 15m, 12h or 30d.',
      ]);
    }
  });
});

describe('require', () => {
  test('is a list of words and maps, or any of such', () => {
    assert.deepEqual(required('[mfa, phishing_resistant, verified_email, verified_phone, password_change]'), [
      ...[{ require: 'mfa' }, { require: 'phishing_resistant' }, { require: 'verified_email' }],
      ...[{ require: 'verified_phone' }, { require: 'password_change' }],
    ]);
    assert.deepEqual(required('[{ authenticator: totp }, { terms: privacy }]'), [
      { require: 'authenticator', of: ['totp'] },
      { require: 'terms', id: 'privacy' },
    ]);
    const either = { require: 'any', of: [{ require: 'mfa' }, { require: 'authenticator', of: ['totp', 'sms'] }] };
    assert.deepEqual(required('{ any: [mfa, { authenticator: [totp, sms] }] }'), [either]);
    assert.deepEqual(required('[verified_email, { any: [mfa, { authenticator: [totp, sms] }] }]'), [
      { require: 'verified_email' },
      either,
    ]);
  });

  const problems: [require: string, ...says: string[]][] = [
    ['mfa', 'then.require: must be a list such as [mfa], or { any: [...] }.'],
    ['{ all: [mfa] }', 'then.require: must be a list such as [mfa], or { any: [...] }.'],
    ['null', 'then.require: must be a list such as [mfa], or { any: [...] }.'],
    ['[]', 'then.require: is an empty list.'],
    ['[7]', 'then.require[0]: must be a map of authenticator, terms, fresh.'],
    ['[{}]', 'then.require[0]: must be one requirement; write each as an item of its own.'],
    ['[{ terms: a, fresh: 15m }]', 'then.require[0]: must be one requirement; write each as an item of its own.'],
    [
      '[phishing]',
      'then.require[0]: unknown requirement; known are mfa, phishing_resistant, verified_email, verified_phone, password_change, authenticator, terms, fresh.',
    ],
    ['[{ authenticator: [] }]', 'then.require[0].authenticator: is an empty list.'],
    ['[{ authenticator: [totp, 7] }]', 'then.require[0].authenticator[1]: must be text.'],
    ['[{ authenticator: 7 }]', 'then.require[0].authenticator: must be text.'],
    ['[{ terms: [a] }]', 'then.require[0].terms: must be text.'],
    ['[{ any: mfa }]', 'then.require[0].any: must be a list.'],
    ['{ any: [] }', 'then.require.any: is an empty list.'],
    ['{ any: [mfa], all: [mfa] }', 'then.require.all: unknown key; known are any.'],
    [
      '{ any: [mfa, { any: [mfa] }] }',
      'then.require.any[1].any: unknown requirement; known are authenticator, terms, fresh.',
    ],
    ['{ any: [mfa, { termz: a }] }', 'then.require.any[1].termz: unknown requirement; did you mean terms?'],
  ];
  for (const [require, ...says] of problems) {
    test(`${require}: ${says.join(' ')}`, () => assert.deepEqual(thenProblems(`{ require: ${require} }`), says));
  }

  test('fresh narrows every proof beside it', () => {
    assert.deepEqual(required('[mfa, { fresh: 15m }, phishing_resistant, { authenticator: [totp] }, verified_email]'), [
      ...[
        { require: 'mfa', within: 900 },
        { require: 'phishing_resistant', within: 900 },
      ],
      ...[{ require: 'authenticator', of: ['totp'], within: 900 }, { require: 'verified_email' }],
    ]);
  });

  test('the shortest of several counts', () => {
    assert.deepEqual(required('[{ fresh: 1h }, mfa, { fresh: 15m }]'), [{ require: 'mfa', within: 900 }]);
  });

  test('standing alone, or beside what is no proof, it asks for any proof', () => {
    const proof = { require: 'proof', within: 900 };
    assert.deepEqual(required('[{ fresh: 15m }]'), [proof]);
    assert.deepEqual(required('[verified_email, { fresh: 15m }]'), [{ require: 'verified_email' }, proof]);
    assert.deepEqual(required('{ any: [{ fresh: 15m }, verified_phone] }'), [
      { require: 'any', of: [proof, { require: 'verified_phone' }] },
    ]);
  });

  test('it narrows what is inside any, and something is fresh whichever of them is met', () => {
    assert.deepEqual(required('[{ any: [mfa, verified_phone, { fresh: 1h }, { fresh: 5m }] }, { fresh: 15m }]'), [
      {
        require: 'any',
        of: [
          ...[{ require: 'mfa', within: 900 }, { require: 'verified_phone' }],
          ...[
            { require: 'proof', within: 900 },
            { require: 'proof', within: 300 },
          ],
        ],
      },
      { require: 'proof', within: 900 },
    ]);
  });
});

describe('trust_device', () => {
  test('lets a trusted browser stand in for mfa, wherever the policy asks for it, and for nothing else', () => {
    assert.deepEqual(required('[mfa, phishing_resistant, { any: [mfa, verified_phone] }]', '{ trust_device: 1d }'), [
      ...[{ require: 'mfa', trustDevice: 86_400 }, { require: 'phishing_resistant' }],
      { require: 'any', of: [{ require: 'mfa', trustDevice: 86_400 }, { require: 'verified_phone' }] },
    ]);
  });

  const problems: [then: string, condition: string, says: string | undefined][] = [
    ['{ session: { trust_device: 1d } }', '{ client: a }', 'stands in for mfa, which is not required here.'],
    [
      '{ require: [phishing_resistant], session: { trust_device: 1d } }',
      '{ client: a }',
      'stands in for mfa, which is not required here.',
    ],
    [
      '{ require: [mfa, { fresh: 15m }], session: { trust_device: 1d } }',
      '{ client: a }',
      'a trusted browser is never fresh: choose one of the two.',
    ],
    [
      '{ require: [{ any: [mfa, { fresh: 15m }] }], session: { trust_device: 1d } }',
      '{ client: a }',
      'a trusted browser is never fresh: choose one of the two.',
    ],
    [
      '{ require: [mfa], session: { trust_device: 1d } }',
      '{ sign_in_risk: [high] }',
      'a trusted browser is no answer to a risk: choose one of the two.',
    ],
    [
      '{ require: [mfa], session: { trust_device: 1d } }',
      '{ any: [{ client: a }, { not: { user_risk: [low] } }] }',
      'a trusted browser is no answer to a risk: choose one of the two.',
    ],
    ['{ require: [mfa], session: { trust_device: 1d } }', '{ client: a }', undefined],
    ['{ require: [{ any: [verified_phone, mfa] }], session: { trust_device: 1d } }', '{ client: a }', undefined],
  ];
  for (const [then, condition, says] of problems) {
    test(`${then} if ${condition}: ${says ?? 'is meant'}`, () => {
      const told = says === undefined ? [] : [`then.session.trust_device: ${says}`];
      assert.deepEqual(thenProblems(then, condition), told);
    });
  }
});
