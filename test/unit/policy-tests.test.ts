import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Signals, UserFacts, Verdict } from '../../src/policy/index.ts';
import { judged, NOW } from '../support/policies.ts';

const user = (facts: Partial<UserFacts> = {}): Partial<Signals> => ({ user: { id: 'ada', disabled: false, ...facts } });
const unknown = (...keys: (keyof Signals)[]): Partial<Signals> =>
  Object.fromEntries(keys.map((key) => [key, undefined]));
const client = (id: string, ...tags: string[]): Partial<Signals> => ({ client: { id, tags } });
const network = (ip: string, names: string[] = [], trusted = false): Partial<Signals> => ({
  network: { ip, names, trusted },
});
/** Hours after Friday, 29 May 2026, 14:30 UTC. */
const later = (hours: number): Partial<Signals> => ({ at: NOW + hours * 3600 });

type Case = [condition: string, signals: Partial<Signals>, verdict: Verdict];

const cases: Record<string, Case[]> = {
  client: [
    ['{ client: app }', client('app'), 'yes'],
    ['{ client: [other, app] }', client('app'), 'yes'],
    ['{ client: [other] }', client('app'), 'no'],
    ['{ client: [App] }', client('app'), 'no'],
    ['{ client: [app] }', unknown('client'), 'unknown'],
    ['{ client: [app] }', client(''), 'unknown'],
  ],
  client_tag: [
    ['{ client_tag: [public] }', client('app', 'new', 'public'), 'yes'],
    ['{ client_tag: [public, old] }', client('app', 'new'), 'no'],
    ['{ client_tag: [public] }', client('app'), 'no'],
    ['{ client_tag: [public] }', unknown('client'), 'unknown'],
  ],
  group: [
    ['{ group: [staff, admins] }', user({ groups: ['customers', 'staff'] }), 'yes'],
    ['{ group: [staff] }', user({ groups: [] }), 'no'],
    ['{ group: [staff] }', user(), 'unknown'],
    ['{ group: [staff] }', unknown('user'), 'unknown'],
  ],
  user: [
    ['{ user: [ada] }', user(), 'yes'],
    ['{ user: [bob] }', user(), 'no'],
    ['{ user: [Ada@Example.com] }', user({ email: 'aDA@example.COM' }), 'yes'],
    ['{ user: [bob@example.com] }', user({ email: 'ada@example.com' }), 'no'],
    ['{ user: [bob@example.com] }', user(), 'unknown'],
    ['{ user: [ada, bob@example.com] }', user(), 'yes'],
    ['{ user: [ada] }', unknown('user'), 'unknown'],
    ['{ user: [ada@example.com] }', { user: { id: 'ada@example.com', disabled: false } }, 'yes'],
    ['{ user: [ada@example.com] }', { user: { id: '', disabled: false, email: 'ada@example.com' } }, 'unknown'],
  ],
  attribute: [
    ['{ attribute: { plan: gold } }', user({ attributes: { plan: 'gold' } }), 'yes'],
    ['{ attribute: { plan: [gold, silver] } }', user({ attributes: { plan: 'silver' } }), 'yes'],
    ['{ attribute: { plan: [gold] } }', user({ attributes: { plan: 'bronze' } }), 'no'],
    ['{ attribute: { plan: [gold] } }', user({ attributes: { plan: ['bronze', 'gold'] } }), 'yes'],
    ['{ attribute: { plan: [gold] } }', user({ attributes: { plan: [] } }), 'no'],
    ['{ attribute: { vip: true } }', user({ attributes: { vip: true } }), 'yes'],
    ['{ attribute: { vip: true } }', user({ attributes: { vip: 'true' } }), 'no'],
    ['{ attribute: { level: [3] } }', user({ attributes: { level: 3 } }), 'yes'],
    ['{ attribute: { plan: gold, vip: true } }', user({ attributes: { plan: 'gold', vip: false } }), 'no'],
    ['{ attribute: { plan: gold, vip: true } }', user({ attributes: { plan: 'gold', vip: true } }), 'yes'],
    ['{ attribute: { plan: gold } }', user({ attributes: {} }), 'unknown'],
    ['{ attribute: { plan: gold } }', user({ attributes: { plan: { name: 'gold' } } }), 'unknown'],
    ['{ attribute: { plan: gold } }', user({ attributes: { plan: ['gold', null] } }), 'unknown'],
    ['{ attribute: { constructor: gold } }', user({ attributes: {} }), 'unknown'],
    ['{ attribute: { plan: gold } }', user({ attributes: Object.create({ plan: 'gold' }) }), 'unknown'],
    ['{ attribute: { level: 3 } }', user({ attributes: { level: Number.NaN } }), 'unknown'],
    ['{ attribute: { plan: gold } }', user(), 'unknown'],
  ],
  network: [
    ['{ network: [office] }', network('203.0.113.9', ['office']), 'yes'],
    ['{ network: [office, branch] }', network('203.0.113.9', ['home', 'branch']), 'yes'],
    ['{ network: [office] }', network('203.0.113.9', ['home']), 'no'],
    ['{ network: trusted }', network('203.0.113.9', ['home'], true), 'yes'],
    ['{ network: trusted }', network('203.0.113.9', ['trusted'], false), 'no'],
    ['{ network: [home] }', network('203.0.113.9', ['office'], true), 'no'],
    ['{ network: [203.0.113.0/24] }', network('203.0.113.9'), 'yes'],
    ['{ network: [203.0.113.0/29] }', network('203.0.113.9'), 'no'],
    ['{ network: [203.0.113.8/29] }', network('203.0.113.9'), 'yes'],
    ['{ network: [203.0.113.9] }', network('203.0.113.9'), 'yes'],
    ['{ network: [203.0.113.8] }', network('203.0.113.9'), 'no'],
    ['{ network: [0.0.0.0/0] }', network('203.0.113.9'), 'yes'],
    ['{ network: ["::/0"] }', network('203.0.113.9'), 'no'],
    ['{ network: [0.0.0.0/0] }', network('2001:db8::1'), 'no'],
    ['{ network: ["2001:db8::/32"] }', network('2001:db8:1::1'), 'yes'],
    ['{ network: ["2001:db8::/33"] }', network('2001:db8:8000::1'), 'no'],
    ['{ network: ["2001:db8::1"] }', network('2001:db8::1'), 'yes'],
    ['{ network: ["2001:db8::1"] }', network('2001:db8::2'), 'no'],
    ['{ network: [203.0.113.0/24] }', network('::ffff:203.0.113.9'), 'yes'],
    ['{ network: ["::ffff:203.0.113.0/120"] }', network('203.0.113.9'), 'yes'],
    ['{ network: ["::ffff:203.0.113.0/125"] }', network('203.0.113.9'), 'no'],
    ['{ network: [10.0.0.0/8, 203.0.113.0/24] }', network('203.0.113.9'), 'yes'],
    ['{ network: [203.0.113.0/24] }', network('no address'), 'unknown'],
    ['{ network: [203.0.113.0/24] }', network(''), 'unknown'],
    ['{ network: [203.0.113.0/24] }', network('203.0.113'), 'unknown'],
    ['{ network: [office, 203.0.113.0/24] }', network('no address', ['office']), 'yes'],
    ['{ network: [office, 203.0.113.0/24] }', network('no address', ['home']), 'unknown'],
    ['{ network: [office] }', network('no address', ['home']), 'no'],
    ['{ network: [trusted] }', { network: { ip: '203.0.113.9', names: [] } as never }, 'unknown'],
    ['{ network: [office] }', { network: { ip: '203.0.113.9', trusted: true } as never }, 'unknown'],
    ['{ network: [office] }', unknown('network'), 'unknown'],
    ['{ network: [10.0.0.0/8] }', { network: { ip: '203.0.113.9' } }, 'no'],
    ['{ network: [trusted] }', { network: { trusted: false } }, 'no'],
    ['{ network: [office2] }', network('203.0.113.9', ['office2']), 'yes'],
    ['{ network: [2nd-floor] }', network('203.0.113.9', ['2nd-floor']), 'yes'],
  ],
  country: [
    ['{ country: [DE, FR] }', { country: 'DE' }, 'yes'],
    ['{ country: [de] }', { country: 'DE' }, 'yes'],
    ['{ country: [DE] }', { country: 'de' }, 'yes'],
    ['{ country: [FR] }', { country: 'DE' }, 'no'],
    ['{ country: [DE] }', {}, 'unknown'],
  ],
  device_platform: [
    ['{ device_platform: [iOS, android] }', { devicePlatform: 'ios' }, 'yes'],
    ['{ device_platform: [ios] }', { devicePlatform: 'IOS' }, 'yes'],
    ['{ device_platform: [ios] }', { devicePlatform: 'linux' }, 'no'],
    ['{ device_platform: [ios] }', {}, 'unknown'],
  ],
  known_device: [
    ['{ known_device: true }', { knownDevice: true }, 'yes'],
    ['{ known_device: true }', { knownDevice: false }, 'no'],
    ['{ known_device: false }', { knownDevice: false }, 'yes'],
    ['{ known_device: false }', {}, 'unknown'],
    ['{ known_device: false }', { knownDevice: 0 as never }, 'unknown'],
  ],
  method: [
    ['{ method: [password, passkey] }', { method: 'passkey' }, 'yes'],
    ['{ method: [password] }', { method: 'federated' }, 'no'],
    ['{ method: [password] }', {}, 'unknown'],
  ],
  identity_provider: [
    ['{ identity_provider: [acme] }', { identityProvider: 'acme' }, 'yes'],
    ['{ identity_provider: [acme] }', { identityProvider: 'other' }, 'no'],
    ['{ identity_provider: [acme] }', { identityProvider: null }, 'no'],
    ['{ identity_provider: [acme] }', { identityProvider: '', method: 'password' }, 'unknown'],
    ['{ identity_provider: [acme] }', {}, 'unknown'],
  ],
  sign_in_risk: [
    ['{ sign_in_risk: [medium, high] }', { signInRisk: 'medium' }, 'yes'],
    ['{ sign_in_risk: [medium] }', { signInRisk: 'high' }, 'no'],
    ['{ sign_in_risk: none }', { signInRisk: 'none' }, 'yes'],
    ['{ sign_in_risk: [high] }', { userRisk: 'high' }, 'unknown'],
    ['{ sign_in_risk: [high] }', { signInRisk: 'enormous' as never }, 'unknown'],
  ],
  user_risk: [
    ['{ user_risk: [low] }', { userRisk: 'low' }, 'yes'],
    ['{ user_risk: [low] }', { userRisk: 'high' }, 'no'],
    ['{ user_risk: [low] }', { signInRisk: 'low' }, 'unknown'],
  ],
  action: [
    ['{ action: [admin, refresh] }', { action: 'refresh' }, 'yes'],
    ['{ action: [admin] }', { action: 'sign_in' }, 'no'],
    ['{ action: [admin] }', unknown('action'), 'unknown'],
    ['{ action: [admin] }', { action: 'something' as never }, 'unknown'],
  ],
  requested_acr: [
    ['{ requested_acr: [phr] }', { requestedAcr: ['aal2', 'phr'] }, 'yes'],
    ['{ requested_acr: [phr] }', { requestedAcr: ['aal2'] }, 'no'],
    ['{ requested_acr: [phr] }', {}, 'no'],
    ['{ requested_acr: [phr] }', unknown('requestedAcr'), 'unknown'],
    ['{ requested_acr: [phr] }', { requestedAcr: ['aal2', 7] as never }, 'unknown'],
  ],
  time: [
    ["{ time: { from: '14:30', to: '18:00', zone: UTC } }", {}, 'yes'],
    ["{ time: { from: '14:31', to: '18:00', zone: UTC } }", {}, 'no'],
    ["{ time: { from: '08:00', to: '14:30', zone: UTC } }", {}, 'no'],
    ["{ time: { from: '08:00', to: '14:31', zone: UTC } }", {}, 'yes'],
    ['{ time: { days: [fri], zone: UTC } }', {}, 'yes'],
    ['{ time: { days: fri, zone: UTC } }', {}, 'yes'],
    ['{ time: { days: [thu, sat], zone: UTC } }', {}, 'no'],
    ["{ time: { days: [thu], from: '08:00', to: '18:00', zone: UTC } }", {}, 'no'],
    ['{ time: { days: [sat], zone: UTC } }', later(9.5), 'yes'],
    ['{ time: { days: [fri], zone: UTC } }', later(9.5), 'no'],
    ["{ time: { from: '00:00', to: '24:00', zone: UTC } }", later(9.5), 'yes'],
    // 14:30 UTC is 16:30 in Berlin in May, and 00:30 on Saturday in Brisbane.
    ["{ time: { from: '16:00', to: '17:00', zone: Europe/Berlin } }", {}, 'yes'],
    ["{ time: { days: [sat], from: '00:00', to: '01:00', zone: Australia/Brisbane } }", {}, 'yes'],
    // Friday's night reaches into Saturday, and only Friday's.
    ["{ time: { days: [fri], from: '22:00', to: '06:00', zone: UTC } }", later(7.5), 'yes'],
    ["{ time: { days: [fri], from: '22:00', to: '06:00', zone: UTC } }", later(13), 'yes'],
    ["{ time: { days: [fri], from: '22:00', to: '06:00', zone: UTC } }", later(15.5), 'no'],
    ["{ time: { days: [fri], from: '22:00', to: '06:00', zone: UTC } }", later(7), 'no'],
    ["{ time: { days: [fri], from: '22:00', to: '06:00', zone: UTC } }", later(-11), 'no'],
    ["{ time: { days: [sun], from: '22:00', to: '06:00', zone: UTC } }", later(24 * 3 - 11), 'yes'],
    ['{ time: [{ days: [mon], zone: UTC }, { days: [fri], zone: UTC }] }', {}, 'yes'],
    ['{ time: [{ days: [mon], zone: UTC }, { days: [tue], zone: UTC }] }', {}, 'no'],
    ['{ time: { days: [fri], zone: UTC } }', unknown('at'), 'unknown'],
    ['{ time: { days: [fri], zone: UTC } }', { at: 1e15 }, 'unknown'],
    ['{ time: { days: [fri], zone: UTC } }', { at: -1e15 }, 'unknown'],
  ],
};

for (const [name, list] of Object.entries(cases)) {
  describe(`the test ${name}`, () => {
    for (const [condition, signals, verdict] of list) {
      test(`${condition} with ${JSON.stringify(signals)} answers ${verdict}`, () => {
        assert.equal(judged(condition, signals).verdict, verdict);
      });
    }
  });
}

test('a trace shows what was expected, and what there was', () => {
  const shown = (condition: string, signals: Partial<Signals>) => {
    const trace = judged(condition, signals);
    return 'test' in trace ? [trace.test, trace.expected, trace.actual] : [];
  };
  assert.deepEqual(shown('{ client: app }', {}), ['client', ['app'], 'app']);
  assert.deepEqual(shown('{ country: [de, fr] }', {}), ['country', ['DE', 'FR'], null]);
  assert.deepEqual(shown('{ known_device: false }', { knownDevice: true }), ['known_device', false, true]);
  assert.deepEqual(shown('{ group: [a] }', user({ groups: ['b', 'c'] })), ['group', ['a'], ['b', 'c']]);
  assert.deepEqual(shown('{ user: [bob] }', user({ email: 'a@b.example' })), [
    'user',
    ['bob'],
    { id: 'ada', email: 'a@b.example' },
  ]);
  assert.deepEqual(shown('{ user: [bob] }', {}), ['user', ['bob'], { id: 'ada' }]);
  assert.deepEqual(shown('{ attribute: { level: 3 } }', user({ attributes: { level: [-0, 2] } })), [
    ...['attribute.level', [3]],
    [0, 2],
  ]);
  assert.deepEqual(shown('{ identity_provider: acme }', { identityProvider: null }), [
    'identity_provider',
    ['acme'],
    null,
  ]);
  assert.deepEqual(shown('{ network: [office, 10.0.0.0/8, trusted] }', network('10.1.2.3', ['x'])), [
    ...['network', ['office', '10.0.0.0/8', 'trusted']],
    { ip: '10.1.2.3', names: ['x'], trusted: false },
  ]);
  assert.deepEqual(shown('{ network: [office] }', { network: { trusted: true } }).at(2), {
    ...{ ip: null, names: null, trusted: true },
  });
  assert.deepEqual(shown('{ network: [office] }', { network: {} }).at(2), null);
  assert.deepEqual(shown('{ device_platform: [iOS] }', {}).at(1), ['ios']);
  assert.deepEqual(judged('{ time: [{ days: [mon], zone: UTC }, { days: [fri], zone: UTC }] }'), {
    join: 'any',
    of: [judged('{ time: { days: [mon], zone: UTC } }'), judged('{ time: { days: [fri], zone: UTC } }')],
    verdict: 'yes',
  });
  assert.deepEqual(shown("{ time: { days: [fri], from: '08:00', to: '18:00', zone: UTC } }", {}), [
    ...['time', { days: ['fri'], from: '08:00', to: '18:00', zone: 'UTC' }],
    'fri 14:30',
  ]);
  assert.deepEqual(shown('{ time: { days: [fri], zone: UTC } }', {}).at(1), {
    ...{ days: ['fri'], from: '00:00', to: '24:00', zone: 'UTC' },
  });
  assert.deepEqual(shown("{ time: { from: '08:00', to: '18:00', zone: UTC } }", {}).at(1), {
    ...{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '08:00', to: '18:00', zone: 'UTC' },
  });
});
