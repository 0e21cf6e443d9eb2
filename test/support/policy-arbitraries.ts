// biome-ignore-all lint/suspicious/noThenProperty: policies say if … then …
import fc from 'fast-check';
import { actions, type Policy, parsePolicies, riskLevels, type Signals } from '../../src/policy/index.ts';
import { NOW, passkey, password, recoveryCode, totp, trustedDevice } from './policies.ts';

/*
 * Policies as operators write them and signals as they are gathered, both of few words, so that they meet often.
 */

const words = (...all: string[]) => fc.subarray(all, { minLength: 1 });
const level = words(...riskLevels);
const duration = fc.constantFrom('1m', '10m', '1h');

const leaf = fc.oneof(
  fc.record({ client: words('a', 'b') }),
  fc.record({ client_tag: words('x', 'y') }),
  fc.record({ group: words('g', 'h') }),
  fc.record({ user: words('ada', 'ada@example.com', 'bob@example.com') }),
  fc.record({ attribute: fc.record({ plan: fc.constantFrom<unknown>('gold', true, 3, ['gold', 'silver']) }) }),
  fc.record({ network: words('office', 'trusted', '10.0.0.0/8', '2001:db8::/32') }),
  fc.record({ country: words('DE', 'FR') }),
  fc.record({ device_platform: words('ios', 'linux') }),
  fc.record({ known_device: fc.boolean() }),
  fc.record({ method: words('password', 'federated') }),
  fc.record({ identity_provider: words('acme', 'other') }),
  fc.record({ action: words(...actions) }),
  fc.record({ requested_acr: words('aal2', 'phr') }),
  fc.record({
    time: fc.constantFrom({ days: ['fri'], zone: 'UTC' }, { from: '22:00', to: '06:00', zone: 'Asia/Tokyo' }),
  }),
);
const risk = fc.oneof(fc.record({ sign_in_risk: level }), fc.record({ user_risk: level }));

function conditionOf(one: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const { condition } = fc.letrec<{ condition: object }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      one,
      fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('condition') }),
    ),
  }));
  return condition;
}

const word = fc.constantFrom<unknown>(
  ...['mfa', 'mfa', 'phishing_resistant', 'verified_email', 'verified_phone', 'password_change'],
  ...[{ authenticator: ['totp', 'sms'] }, { authenticator: ['webauthn'] }, { terms: 'privacy' }],
);
const lasting = fc.oneof(
  { weight: 3, arbitrary: word },
  fc.record({ any: fc.array(word, { minLength: 1, maxLength: 3 }) }),
);
const passing = fc.oneof(
  lasting,
  fc.record({ fresh: duration }),
  fc.record({ any: fc.tuple(word, fc.record({ fresh: duration })) }),
);
const session = fc.record({ max_age: duration, persistent: fc.boolean() }, { requiredKeys: [] });

const trusting = fc.record({
  require: fc.array(lasting, { maxLength: 2 }).map((all) => ['mfa', ...all]),
  session: fc.record({ max_age: duration, trust_device: duration }, { requiredKeys: ['trust_device'] }),
});
const asking = fc.oneof(
  fc.record({ require: fc.array(passing, { minLength: 1, maxLength: 3 }), session }, { requiredKeys: ['require'] }),
  fc.record({ session }),
  fc.record({ block: fc.constant(true) }),
);

/** One policy without its name and mode. */
const body = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ if: conditionOf(fc.oneof(leaf, risk)), then: asking }, { requiredKeys: ['then'] }),
  },
  { weight: 1, arbitrary: fc.record({ if: conditionOf(leaf), then: trusting }, { requiredKeys: ['then'] }) },
);
const mode = fc.constantFrom('enforce', 'enforce', 'enforce', 'report', 'off');

/** Policies as they are written, named `p0`, `p1`, … */
export const writtenPolicies: fc.Arbitrary<Record<string, unknown>[]> = fc
  .array(fc.tuple(body, mode), { maxLength: 5 })
  .map((all) => all.map(([one, how], n) => ({ name: `p${n}`, mode: how, ...one })));

export function ready(written: readonly object[]): Policy[] {
  const parsed = parsePolicies(written);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.policies;
}

export const policies: fc.Arbitrary<Policy[]> = writtenPolicies.map(ready);

const at = fc.constantFrom(0, 59, 61, 599, 601, 3601, 90_000).map((age) => NOW - age);
const sms = { ...totp, by: 'sms' };
const proofs = fc.array(
  fc
    .tuple(fc.constantFrom(password, totp, sms, passkey, recoveryCode, trustedDevice), at)
    .map(([one, when]) => ({ ...one, at: when })),
  { maxLength: 4 },
);
const provable = fc.subarray([totp, sms, passkey]);
const user = fc.record(
  {
    id: fc.constantFrom('ada', 'bob'),
    disabled: fc.nat({ max: 9 }).map((n) => n === 0),
    email: fc.constantFrom('ada@example.com', 'bob@example.com'),
    emailVerified: fc.boolean(),
    phoneVerified: fc.boolean(),
    groups: fc.subarray(['g', 'h']),
    attributes: fc.record({ plan: fc.constantFrom<unknown>('gold', true, 3, ['silver'], {}) }, { requiredKeys: [] }),
    acceptedTerms: fc.subarray(['privacy']),
    passwordChangedAt: at,
  },
  { requiredKeys: ['id', 'disabled'] },
);

export const signals: fc.Arbitrary<Signals> = fc.record(
  {
    action: fc.constantFrom(...actions),
    at: fc.constantFrom(NOW, NOW, NOW + 9 * 3600),
    user,
    client: fc.record({ id: fc.constantFrom('a', 'b'), tags: fc.subarray(['x', 'y']) }),
    network: fc.record(
      {
        ip: fc.constantFrom('10.1.2.3', '192.0.2.1', '2001:db8::1', '?'),
        names: fc.subarray(['office']),
        trusted: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    country: fc.constantFrom('DE', 'FR', 'IT'),
    devicePlatform: fc.constantFrom('ios', 'linux'),
    knownDevice: fc.boolean(),
    method: fc.constantFrom('password', 'federated'),
    identityProvider: fc.constantFrom('acme', 'other', null),
    signInRisk: fc.constantFrom(...riskLevels),
    userRisk: fc.constantFrom(...riskLevels),
    evidence: proofs,
    requestedAcr: fc.subarray(['aal1', 'aal2', 'phr']),
    requiredAcr: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.subarray(['aal1', 'aal2', 'phr', 'urn:gold'])),
    reachable: provable,
    enrolled: provable,
  },
  { requiredKeys: ['action', 'at', 'evidence', 'requestedAcr', 'requiredAcr', 'reachable'] },
);

/** Every way in which one fact can be lost: a signal, a fact about the user or the network, a proof, an attribute. */
export function losses(all: Signals): Signals[] {
  const without = <T extends object>(from: T, key: string): T =>
    Object.fromEntries(Object.entries(from).filter(([name]) => name !== key)) as T;
  const each = <T extends object>(from: T | undefined): T[] =>
    Object.keys(from ?? {}).map((key) => without(from as T, key));
  return [
    ...each(all),
    ...each(all.user).map((user) => ({ ...all, user })),
    ...each(all.client).map((client) => ({ ...all, client })),
    ...each(all.network).map((network) => ({ ...all, network })),
    ...each(all.user?.attributes).map((attributes) => ({ ...all, user: { ...all.user, attributes } as never })),
    ...all.evidence.map((_, index) => ({ ...all, evidence: all.evidence.toSpliced(index, 1) })),
  ];
}
