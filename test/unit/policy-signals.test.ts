import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { type Signals, signalsFrom } from '../../src/policy/index.ts';

const NOON = 1_767_614_400;

function typed(text: string, now?: number): Signals {
  const read = signalsFrom(parse(text), now === undefined ? {} : { now });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.signals;
}
const wrong = (text: string): string[] => {
  const read = signalsFrom(parse(text));
  return read.ok ? [] : read.problems;
};
const second = (by: string, kinds: string[], phishingResistant = false) => ({ by, kinds, phishingResistant });
const factors = [
  ...[second('totp', ['possession']), second('sms', ['possession']), second('email-code', ['assertion'])],
  ...[
    second('webauthn', ['possession'], true),
    second('recovery-code', ['possession']),
    second('access-pass', ['possession']),
    second('waiting-period', ['possession']),
  ],
];

describe('signals typed by hand', () => {
  test('what is left out is not known, but for what every sign-in has', () => {
    assert.deepEqual(typed('{}'), {
      ...{ action: 'sign_in', at: NOON, user: { id: 'somebody', disabled: false } },
      ...{ evidence: [], requestedAcr: [], requiredAcr: [], reachable: factors },
    });
  });

  test('every fact has a word', () => {
    const text = `{ action: admin, at: 2026-05-29T14:30Z, user: ada, email: ada@example.com, disabled: true, groups: [staff],
      attributes: { plan: gold }, verified_email: true, verified_phone: false, accepted_terms: [privacy], password_changed: 10m,
      client: home, client_tags: [public], ip: 192.0.2.1, networks: [office], trusted_network: true, country: de,
      device_platform: ios, known_device: false, method: federated, identity_provider: acme, sign_in_risk: low, user_risk: high,
      evidence: [password, { by: totp, age: 20m }], requested_acr: [phr], required_acr: [aal2], reachable: [totp], enrolled: [sms] }`;
    const at = 1_780_065_000;
    const user = {
      ...{ id: 'ada', email: 'ada@example.com', disabled: true, emailVerified: true, phoneVerified: false },
      ...{ groups: ['staff'], attributes: { plan: 'gold' }, acceptedTerms: ['privacy'], passwordChangedAt: at - 600 },
    };
    assert.deepEqual(typed(text), {
      ...{ action: 'admin', at, user, client: { id: 'home', tags: ['public'] } },
      network: { ip: '192.0.2.1', names: ['office'], trusted: true },
      ...{ country: 'DE', devicePlatform: 'ios', knownDevice: false, method: 'federated', identityProvider: 'acme' },
      ...{ signInRisk: 'low', userRisk: 'high', requestedAcr: ['phr'], requiredAcr: ['aal2'] },
      evidence: [
        { by: 'password', kinds: ['knowledge'], amr: [], phishingResistant: false, at },
        { by: 'totp', kinds: ['possession'], amr: [], phishingResistant: false, at: at - 1200 },
      ],
      reachable: [second('totp', ['possession'])],
      enrolled: [second('sms', ['possession'])],
    });
  });

  test('one item needs no list, and none is a list as well', () => {
    assert.deepEqual(typed('{ groups: staff }').user?.groups, ['staff']);
    assert.deepEqual(typed('{ groups: [] }').user?.groups, []);
    assert.deepEqual(typed('{ evidence: [], enrolled: [], reachable: [] }').enrolled, []);
    assert.deepEqual(
      typed('{ evidence: passkey }').evidence.map(({ by, kinds }) => [by, kinds]),
      [['webauthn', ['possession', 'inherence']]],
    );
  });

  test('a moment is UTC or seconds, and the caller may say when now is', () => {
    const moments: [string, number][] = [
      ['2026-05-29T14:30Z', 1_780_065_000],
      ['2026-05-29T14:30:59Z', 1_780_065_059],
      ['1970-01-01T00:00Z', 0],
      ['2000-02-29T23:59:59Z', 951_868_799],
      ['2000-03-01T00:00Z', 951_868_800],
      ['2100-03-01T00:00Z', 4_107_542_400],
      ['2024-12-31T12:00Z', 1_735_646_400],
      ['1969-12-31T23:59:59Z', -1],
      ['1780065000', 1_780_065_000],
    ];
    for (const [text, at] of moments) assert.equal(typed(`{ at: ${text} }`).at, at, text);
    assert.equal(typed('{}', 77).at, 77);
    assert.equal(typed('{ evidence: [{ by: totp, age: 1m }] }', 100).evidence[0]?.at, 40);
    const said = 'given.at: must be a moment such as 2026-05-29T14:30Z, or seconds since the epoch.';
    for (const text of [
      ...[
        '2026-05-29',
        '2026-05-29T14:30',
        '2026-13-01T00:00Z',
        '2026-02-29T00:00Z',
        '2100-02-29T00:00Z',
        '2026-04-31T00:00Z',
      ],
      ...['2026-00-01T00:00Z', '2026-01-00T00:00Z', '2026-01-32T00:00Z', '2026-01-01T24:00Z', '2026-01-01T00:60Z'],
      ...['2026-01-01T00:00:60Z', 'x2026-01-01T00:00Z', '2026-01-01T00:00Zx', '.inf', '[1]'],
    ]) {
      assert.deepEqual(wrong(`{ at: ${text} }`), [said], text);
    }
    for (const text of ['2024-02-29T00:00Z', '2026-06-30T00:00Z', '2026-12-31T23:59Z', '2026-07-31T00:00Z']) {
      assert.deepEqual(wrong(`{ at: ${text} }`), [], text);
    }
  });

  test('parts of a fact may be known without the others', () => {
    assert.deepEqual(typed('{ ip: 192.0.2.1 }').network, { ip: '192.0.2.1' });
    assert.deepEqual(typed('{ trusted_network: false }').network, { trusted: false });
    assert.deepEqual(typed('{ client_tags: [a] }').client, { id: '', tags: ['a'] });
    assert.deepEqual(typed('{ client: a }').client, { id: 'a', tags: [] });
    assert.equal(typed('{ email: a@example.com }').user?.id, 'a@example.com');
    assert.deepEqual(typed('{ required_acr: phr }').requestedAcr, ['phr']);
  });

  test('who came in another way came through no upstream provider', () => {
    assert.equal(typed('{ method: password }').identityProvider, null);
    assert.equal('identityProvider' in typed('{ method: federated }'), false);
    assert.equal(typed('{ method: password, identity_provider: acme }').identityProvider, 'acme');
  });

  test('what cannot be meant is told with its place', () => {
    const cases: [text: string, ...says: string[]][] = [
      [
        '[]',
        'given: must be a map of action, at, user, email, disabled, groups, attributes, verified_email, verified_phone, accepted_terms, password_changed, client, client_tags, ip, networks, trusted_network, country, device_platform, known_device, method, identity_provider, sign_in_risk, user_risk, evidence, requested_acr, required_acr, reachable, enrolled.',
      ],
      ['{ group: staff }', 'given.group: unknown signal; did you mean groups?'],
      [
        '{ action: login, sign_in_risk: hi, known_device: 1 }',
        'given.action: unknown action; known are sign_in, refresh, register_factor, account_change, admin.',
        'given.known_device: must be true or false.',
        'given.sign_in_risk: unknown risk; known are none, low, medium, high.',
      ],
      [
        '{ evidence: [pasword, { by: card, age: 1 }, { by: totp, ago: 1m }, 7] }',
        'given.evidence[0]: unknown proof; did you mean password?',
        'given.evidence[1].age: must be a duration such as 30s, 15m, 12h or 30d.',
        'given.evidence[1].by: unknown proof; known are password, email-code, federated, upstream-mfa, passkey, webauthn, totp, sms, recovery-code, access-pass, waiting-period, trusted_device.',
        'given.evidence[2].ago: unknown key; did you mean age?',
        'given.evidence[3]: must be a map of by, age.',
      ],
      [
        '{ reachable: [card] }',
        'given.reachable[0]: unknown proof; known are password, email-code, federated, upstream-mfa, passkey, webauthn, totp, sms, recovery-code, access-pass, waiting-period, trusted_device.',
      ],
      ['{ attributes: [a] }', 'given.attributes: must be a map of attribute names to values.'],
      ['{ attributes: a }', 'given.attributes: must be a map of attribute names to values.'],
      ['{ attributes: null }', 'given.attributes: must be a map of attribute names to values.'],
      ['{ password_changed: yesterday }', 'given.password_changed: must be a duration such as 30s, 15m, 12h or 30d.'],
    ];
    for (const [text, ...says] of cases) assert.deepEqual(wrong(text), says);
    assert.deepEqual(signalsFrom({ grup: 1 }, { where: 'signals' }), {
      ok: false,
      problems: ['signals.grup: unknown signal; did you mean groups?'],
    });
  });
});
