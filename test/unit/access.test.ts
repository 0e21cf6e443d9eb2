import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { createAssess, createGather, type Occasion, openPlaces } from '../../src/access/index.ts';
import type { User } from '../../src/accounts/index.ts';
import { createLog } from '../../src/base/index.ts';
import { type Evidence, parsePolicies } from '../../src/policy/index.ts';

const user: User = {
  id: 'u',
  email: 'kim@mail.test',
  emailVerified: true,
  phoneVerified: false,
  attributes: { tier: 'gold' },
  groups: ['staff'],
  credentials: ['password'],
  disabled: false,
  nothingBefore: 100,
  createdAt: 0,
  updatedAt: 0,
};
const password: Evidence = {
  ...{ by: 'password', method: 'password', kinds: ['knowledge'], amr: ['pwd'] },
  ...{ phishingResistant: false, at: 150 },
};
const occasion: Occasion = {
  ...{ action: 'sign_in', user, clientId: 'home', evidence: [password] },
  circumstances: { ip: '8.8.8.8', userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)', knownDevice: false },
  requested: { acr: ['aal2'], essential: [] },
};

const place = await openPlaces();

type Needs = Parameters<typeof createGather>[0];
const gatherWith = (changes: Partial<Needs> = {}) =>
  createGather({
    store: {
      acceptances: { list: async () => [{ termsId: 'house', version: '1', acceptedAt: 0 }] },
      passwords: undefined as never,
    },
    clientTags: (id) => (id === 'home' ? ['sensitive'] : undefined),
    networksOf: (ip) => ({ names: ip === '8.8.8.8' ? ['office'] : [], trusted: false }),
    place,
    terms: () => [
      { id: 'house', version: '1' },
      { id: 'other', version: '2' },
    ],
    wanted: () => ({ terms: true, passwordChange: false }),
    reachable: () => [],
    now: () => 200,
    log: createLog('silent'),
    ...changes,
  });

test('what was proven with something that is gone, or before everything was voided, counts no more', async () => {
  const key: Evidence = { ...password, by: 'webauthn', credential: 'key' };
  const carried: Evidence = { ...password, by: 'totp', at: 40, countsFrom: 100 };
  const old: Evidence = { ...password, by: 'sms', at: 99 };
  const proven = (credentials: string[]) =>
    gatherWith()({ ...occasion, user: { ...user, credentials }, evidence: [password, key, carried, old] });
  assert.deepEqual((await proven(['password', 'key'])).evidence, [password, key, carried]);
  assert.deepEqual((await proven(['password', 'another'])).evidence, [password, carried]);
  assert.deepEqual((await proven(['key'])).evidence, [key, carried], 'the password was removed');
});

test('everything a decision may look at is gathered, and nothing else', async () => {
  const { user: facts, ...signals } = await gatherWith()(occasion);
  assert.deepEqual(facts, {
    ...{ id: 'u', email: 'kim@mail.test', disabled: false, emailVerified: true, phoneVerified: false },
    ...{ groups: ['staff'], attributes: { tier: 'gold' }, acceptedTerms: ['house'] },
  });
  assert.deepEqual(signals, {
    ...{ action: 'sign_in', at: 200, client: { id: 'home', tags: ['sensitive'] } },
    ...{ network: { ip: '8.8.8.8', names: ['office'], trusted: false }, country: 'US', devicePlatform: 'ios' },
    ...{ knownDevice: false, method: 'password', identityProvider: null, evidence: [password], requestedAcr: ['aal2'] },
    ...{ requiredAcr: [], reachable: [], userRisk: 'none' },
  });
});

test('what is not known is absent: an unknown client, no address, a browser that says nothing', async () => {
  const bare = { ...occasion, clientId: 'gone', circumstances: {} };
  const signals = await gatherWith()(bare);
  for (const fact of ['client', 'network', 'country', 'devicePlatform', 'knownDevice'] as const) {
    assert.ok(!(fact in signals), fact);
  }
  const home = await gatherWith()({ ...occasion, circumstances: { ip: '127.0.0.1' } });
  assert.ok(!('country' in home), 'an address of this house is in no country');
});

test('a fact that does not come in time is unknown, and unknown lets nobody through', async () => {
  const stalled = { acceptances: { list: () => new Promise<never>(() => {}) }, passwords: undefined as never };
  const gather = gatherWith({ store: stalled as unknown as Needs['store'], patience: 20 });
  const signals = await gather(occasion);
  assert.ok(!('acceptedTerms' in (signals.user ?? {})));
  const parsed = parsePolicies(parse('[{ name: terms, mode: enforce, then: { require: [{ terms: house }] } }]'));
  assert.ok(parsed.ok);
  const assess = createAssess({ gather, policies: () => parsed.policies });
  assert.equal((await assess({ ...occasion, requested: undefined })).decision.outcome, 'step_up');
});

test('what was proven before everything was ended proves nothing', async () => {
  const old = { ...password, at: 99 };
  assert.deepEqual((await gatherWith()({ ...occasion, evidence: [old] })).evidence, []);
  const assess = createAssess({ gather: gatherWith(), policies: () => [] });
  const { decision } = await assess({ ...occasion, requested: undefined, evidence: [old] });
  assert.equal(decision.outcome, 'step_up');
});

test('nobody is let through who is not there', async () => {
  const assess = createAssess({ gather: gatherWith(), policies: () => [] });
  const { decision } = await assess({ ...occasion, user: undefined });
  assert.equal(decision.outcome, 'deny');
});

test('whether something would help is asked of policy itself, and changes nothing', async () => {
  const parsed = parsePolicies(parse('[{ name: two, mode: enforce, then: { require: [mfa] } }]'));
  assert.ok(parsed.ok);
  const assess = createAssess({ gather: gatherWith(), policies: () => parsed.policies });
  const { decision, considering } = await assess({ ...occasion, requested: undefined });
  assert.equal(decision.outcome, 'step_up');
  const totp: Evidence = { by: 'totp', kinds: ['possession'], amr: ['otp'], phishingResistant: false, at: 200 };
  assert.equal(considering([totp]).outcome, 'allow');
  assert.equal(considering([{ ...password, by: 'pin' }]).outcome, 'step_up');
});

test('references are told apart, and can be told over the telephone', async () => {
  const assess = createAssess({ gather: gatherWith(), policies: () => [] });
  const many = await Promise.all(Array.from({ length: 200 }, async () => (await assess(occasion)).reference));
  assert.equal(new Set(many).size, 200);
  for (const reference of many) assert.match(reference, /^[2-9a-hj-km-np-z]{4}(-[2-9a-hj-km-np-z]{4}){2}$/);
});

test('the database of places reads what MaxMind and others write, and survives nonsense', () => {
  assert.deepEqual(place('2001:4860:4860::8888'), { country: 'US' });
  assert.deepEqual(place('::ffff:8.8.8.8'), { country: 'US' });
  for (const odd of ['', 'nonsense', '999.1.1.1', '10.0.0.1']) assert.deepEqual(place(odd), {});
});
