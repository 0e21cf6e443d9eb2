import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problemsOf } from '../support/policies.ts';

describe('a test that cannot be meant is a problem with its place', () => {
  const at = (condition: string) =>
    problemsOf(`[{ name: it, if: ${condition}, then: { block: true } }]`).map((one) =>
      one.replace('policies[0].if.', ''),
    );
  const problems: [condition: string, ...says: string[]][] = [
    ['{ client: [] }', 'client: is an empty list.'],
    ['{ client: [app, 7] }', 'client[1]: must be text.'],
    ['{ client: " " }', 'client: must be text.'],
    ['{ client_tag: {} }', 'client_tag: must be text.'],
    ['{ group: [[a]] }', 'group[0]: must be text.'],
    ['{ user: [] }', 'user: is an empty list.'],
    ['{ user: [7] }', 'user[0]: must be text.'],
    ...['{ attribute: {} }', '{ attribute: [plan] }', '{ attribute: plan }', '{ attribute: null }'].map(
      (one): [string, string] => [
        one,
        'attribute: must be a map of attribute names to values, such as { plan: [gold, silver] }.',
      ],
    ),
    ['{ attribute: { plan: [gold, null] } }', 'attribute.plan[1]: must be text, a number, true or false.'],
    ['{ attribute: { level: .inf } }', 'attribute.level: must be text, a number, true or false.'],
    ...[
      '10.0.0.0/33',
      '10.0.0/8',
      '10.0.0.0/x',
      '10.0.0.0/8x',
      'x\\n10.0.0.0/8',
      '10.0.0.0/',
      '10.0.0.256',
      '1.2',
      '2001:db8::/129',
      ':::',
      'a/b',
    ].map((one): [string, string] => [
      `{ network: ["${one}"] }`,
      'network[0]: must be the name of a network, or addresses such as 203.0.113.0/24.',
    ]),
    [
      '{ network: ["::ffff:10.0.0.0/95"] }',
      'network[0]: must be the name of a network, or addresses such as 203.0.113.0/24.',
    ],
    ['{ network: [7] }', 'network[0]: must be text.'],
    ['{ country: [DE, Germany] }', 'country[1]: must be the two letters of a country (ISO 3166-1), such as DE.'],
    ['{ country: [D1] }', 'country[0]: must be the two letters of a country (ISO 3166-1), such as DE.'],
    ['{ known_device: yes please }', 'known_device: must be true or false.'],
    ['{ sign_in_risk: [hihg] }', 'sign_in_risk[0]: unknown sign_in_risk; did you mean high?'],
    ['{ user_risk: [very much] }', 'user_risk[0]: unknown user_risk; known are none, low, medium, high.'],
    ['{ action: [signin] }', 'action[0]: unknown action; did you mean sign_in?'],
    ['{ requested_acr: [2] }', 'requested_acr[0]: must be text.'],
    ['{ time: [] }', 'time: is an empty list.'],
    ['{ time: always }', 'time: must be a map of days, from, to, zone.'],
    ['{ time: { zone: UTC } }', 'time: needs days, or from and to.'],
    ["{ time: { from: '08:00', zone: UTC } }", 'time: needs both from and to, or neither.'],
    ["{ time: { days: [mon], to: '08:00', zone: UTC } }", 'time: needs both from and to, or neither.'],
    ["{ time: { to: '08:00', zone: UTC } }", 'time: needs both from and to, or neither.'],
    ['{ time: { days: [mon] } }', 'time.zone: must be text.'],
    [
      '{ time: { days: [monday], zone: UTC } }',
      'time.days[0]: unknown day; known are mon, tue, wed, thu, fri, sat, sun.',
    ],
    ['{ time: { days: [], zone: UTC } }', 'time.days: is an empty list.'],
    ["{ time: { from: '8:00', to: '24:00', zone: UTC } }", "time.from: must be a time of day such as '08:30'."],
    ["{ time: { from: '08:00', to: '24:01', zone: UTC } }", "time.to: must be a time of day such as '08:30'."],
    ["{ time: { from: '08:60', to: '24:00', zone: UTC } }", "time.from: must be a time of day such as '08:30'."],
    [
      "{ time: { from: 'x08:00', to: '18:00y', zone: UTC } }",
      "time.from: must be a time of day such as '08:30'.",
      "time.to: must be a time of day such as '08:30'.",
    ],
    [
      '{ time: { from: 800, to: 1800, zone: UTC } }',
      "time.from: must be a time of day such as '08:30'.",
      "time.to: must be a time of day such as '08:30'.",
    ],
    [
      "{ time: { from: '08:00', to: '08:00', zone: UTC } }",
      'time: begins and ends at the same time; leave out from and to for whole days.',
    ],
    ['{ time: { days: [mon], zone: Europe/Berln } }', 'time.zone: unknown time zone; did you mean Europe/Berlin?'],
    ['{ time: { days: [mon], zone: Nowhere } }', 'time.zone: unknown time zone.'],
    [
      '{ time: { day: [mon], zone: UTC } }',
      'time.day: unknown key; did you mean days?',
      'time: needs days, or from and to.',
    ],
  ];
  for (const [condition, ...says] of problems) {
    test(`${condition}: ${says.join(' ')}`, () => assert.deepEqual(at(condition), says));
  }
});
