import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRequirement, evaluate, explain, type Requirement, type Signals } from '../../src/policy/index.ts';
import { ago, password, policiesOf, signalsWith, totp, trustedDevice } from '../support/policies.ts';

function explained(text: string, changes: Partial<Signals> = {}): string[] {
  const signals = signalsWith(changes);
  return explain(evaluate(policiesOf(text), signals), signals);
}
const question = 'sign_in of ada to app on 29 May 2026, 14:30 UTC; proven: password just now.';

test('requirements have words', () => {
  const cases: [Requirement, string][] = [
    [{ require: 'proof' }, 'a proof of any kind'],
    [{ require: 'proof', within: 900 }, 'a proof of any kind (at most 15 minutes old)'],
    [{ require: 'mfa' }, 'a second factor'],
    [{ require: 'mfa', within: 3600 }, 'a second factor (at most 1 hour old)'],
    [{ require: 'mfa', trustDevice: 172_800 }, 'a second factor (or a browser that was trusted in the last 2 days)'],
    [{ require: 'phishing_resistant', within: 90 }, 'a factor that resists phishing (at most 90 seconds old)'],
    [{ require: 'authenticator', of: ['totp', 'sms'], within: 1 }, 'totp or sms (at most 1 second old)'],
    [{ require: 'acr', of: ['aal2', 'phr'] }, 'the authentication context aal2 or phr'],
    [{ require: 'verified_email' }, 'a verified e-mail address'],
    [{ require: 'verified_phone' }, 'a verified phone number'],
    [{ require: 'terms', id: 'privacy' }, 'acceptance of the terms privacy'],
    [{ require: 'password_change' }, 'a new password'],
    [
      { require: 'any', of: [{ require: 'mfa' }, { require: 'verified_phone' }] },
      'either a second factor or a verified phone number',
    ],
  ];
  for (const [requirement, words] of cases) assert.equal(describeRequirement(requirement), words);
});

test('who may pass is told so, with what was proven', () => {
  assert.deepEqual(explained('[]'), [question, 'Allowed.']);
  const evidence = [ago(59, password), ago(60, totp), ago(7300, password), ago(200_000, totp)];
  assert.deepEqual(explained('[]', { evidence, client: undefined as never, action: 'admin' }), [
    'admin of ada on 29 May 2026, 14:30 UTC; proven: password just now, totp 1 minute before, password 2 hours before, totp 2 days before.',
    'Allowed.',
  ]);
});

test('a policy that applied says why, and what is met or missing', () => {
  const text = `[{ name: home, mode: enforce, if: { client: [app, other], not: { group: [staff] } },
    then: { require: [mfa, { fresh: 15m }, verified_phone], session: { max_age: 12h, persistent: false } } }]`;
  const user = { id: 'ada', disabled: false, groups: ['customers', 'vip'], phoneVerified: true };
  assert.deepEqual(explained(text, { user }), [
    question,
    'More is needed: a second factor (at most 15 minutes old).',
    '"home" applied because client is app, and group is customers, vip instead of staff, and action is sign_in; ' +
      'a second factor (at most 15 minutes old): not met (only knowledge was proven in the last 15 minutes); ' +
      'a verified phone number: met (the phone number is verified).',
    'Proofs count for 12 hours.',
    'The session ends with the browser.',
  ]);
});

test('trust is told where it is given', () => {
  const text = '[{ name: t, mode: enforce, then: { require: [mfa], session: { trust_device: 30d } } }]';
  assert.match(
    explained(text, { evidence: [password, ago(172_800, trustedDevice)] })[0] ?? '',
    /; proven: password just now; trusted_device 2 days before\.$/,
  );
  assert.match(
    explained(text, { evidence: [trustedDevice] })[0] ?? '',
    /; proven: nothing; trusted_device just now\.$/,
  );
  assert.deepEqual(explained(text, { evidence: [password, totp] }).slice(1), [
    'Allowed.',
    '"t" applied because action is sign_in; a second factor (or a browser that was trusted in the last 30 days): met (proven by password and totp: knowledge and possession).',
    'This browser may be trusted for 30 days.',
  ]);
});

test('what is not known is told to count as applying', () => {
  const text = '[{ name: far, mode: enforce, if: { client: app, not: { country: [DE] } }, then: { block: true } }]';
  assert.deepEqual(explained(text).slice(1), [
    'Denied by "far".',
    '"far" applied because country is not known (what is not known counts as applying); blocks.',
  ]);
});

test('only what settled it is told, and policies that did not apply come last', () => {
  const text = `
    - { name: a, mode: enforce, if: { any: [{ client: x }, { all: [{ client: y }, { country: DE }] }] }, then: { block: true } }
    - { name: b, mode: enforce, if: { any: [{ client: x }, { client: app }, { country: DE }] }, then: { session: { max_age: 1d } } }
    - { name: c, mode: off, then: { block: true } }
    - { name: d, mode: enforce, if: { time: { days: [mon], from: '08:00', to: '18:00', zone: UTC } }, then: { block: true } }
    - { name: e, mode: enforce, if: { network: [office, 10.0.0.0/8] }, then: { block: true } }`;
  const network = { ip: '192.0.2.1', names: ['home', 'guests'], trusted: false };
  assert.deepEqual(explained(text, { network }).slice(2), [
    '"b" applied because client is app, and action is sign_in.',
    '"a" did not apply: client is app instead of x, and client is app instead of y.',
    '"d" did not apply: time is fri 14:30 instead of days mon from 08:00 to 18:00 zone UTC.',
    '"e" did not apply: network is ip 192.0.2.1 names home, guests trusted false instead of office or 10.0.0.0/8.',
    'Proofs count for 1 day.',
  ]);
});

test('a policy in report mode says what it would have said', () => {
  const text = `
    - { name: r, then: { require: [phishing_resistant] } }
    - { name: s, then: { block: true } }
    - { name: t, if: { group: [] , client: other }, then: { block: true } }`.replace('group: [] , ', '');
  assert.deepEqual(explained(text).slice(1), [
    'Allowed.',
    '"r" (report only) applied because action is sign_in; enforced, it would say: a factor that resists phishing: not met (nothing that resists phishing was proven).',
    '"s" (report only) applied because action is sign_in; enforced, it would say: blocks.',
    '"t" did not apply: client is app instead of other.',
  ]);
});

test('rules of the house are told where they asked for something', () => {
  assert.deepEqual(explained('[]', { evidence: [], user: { id: 'ada', disabled: true } }), [
    'sign_in of ada to app on 29 May 2026, 14:30 UTC; proven: nothing.',
    'Denied by "account_usable".',
    '"account_usable" applied because account is disabled; blocks.',
    '"something_proven" applies to everybody; a proof of any kind: not met (nothing was proven).',
  ]);
  assert.deepEqual(explained('[]', { requiredAcr: ['urn:gold'] }).slice(1), [
    'Denied: what the app insists on cannot be reached here.',
    '"requested_acr" applied because required_acr is urn:gold; blocks; the authentication context urn:gold: not met (aal1 was reached, not urn:gold).',
  ]);
  assert.deepEqual(explained('[]', { user: undefined as never }), [
    'sign_in of nobody known to app on 29 May 2026, 14:30 UTC; proven: password just now.',
    'Denied by "account_usable".',
    '"account_usable" applied because account is not known (what is not known counts as applying); blocks.',
  ]);
});
