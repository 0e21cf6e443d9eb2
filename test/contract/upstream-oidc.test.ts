import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import {
  createGuardedFetch,
  createUpstreams,
  type Upstream,
  type UpstreamProvider,
} from '../../src/verifiers/index.ts';
import { FAKE_SECRET, startFakeOidc } from '../support/upstream/fake-oidc.ts';
import { discoveries, forgeries } from '../support/upstream/forgeries.ts';

const fake = await startFakeOidc();
after(fake.close);

const CALLBACK = 'https://login.house.test/federation/callback';
let now = Date.now();

/** An engine that knows nothing yet. */
function upstream(more: Partial<UpstreamProvider> = {}, allow = [new URL(fake.issuer).host]): Upstream {
  const fetch = createGuardedFetch({ allow, timeoutMs: 5000, maxBytes: 100_000 });
  const upstreams = createUpstreams({
    fetch,
    callback: CALLBACK,
    claimOnce: async () => true,
    clock: () => now,
    log: createLog('silent'),
  });
  const provider: UpstreamProvider = {
    ...{ id: 'acme', type: 'oidc', issuer: fake.issuer },
    ...{ client_id: 'house', client_secret: FAKE_SECRET, ...more },
  };
  return upstreams.of(provider);
}

/** There and back. */
async function journey(engine: Upstream, { fresh = false } = {}) {
  const departed = await engine.depart({ state: 'a-state', loginHint: 'ada@acme.test', fresh, lang: 'en' });
  if (!departed.ok) return departed;
  const { headers } = await fetch(departed.url, { redirect: 'manual' });
  const back = new URL(headers.get('location') ?? '');
  return engine.arrive(Object.fromEntries(back.searchParams), departed.remember);
}

describe('somebody whom a provider vouches for', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const pem = (key: typeof rsa) => key.export({ format: 'pem', type: 'pkcs8' }).toString();
  const ways: Record<
    string,
    { more: Partial<UpstreamProvider>; proven: (asked: (typeof fake.requests)[number]) => boolean }
  > = {
    client_secret_basic: { more: {}, proven: ({ authorization = '' }) => /^Basic /.test(authorization) },
    client_secret_post: { more: {}, proven: ({ body }) => body.get('client_secret') === FAKE_SECRET },
    private_key_jwt: {
      more: { private_key: pem(rsa), key_id: 'ours' },
      proven: ({ body }) => body.get('client_assertion')?.split('.').length === 3,
    },
    'private_key_jwt with a curve': {
      more: { private_key: pem(ec) },
      proven: ({ body }) => body.get('client_assertion')?.split('.').length === 3,
    },
    none: { more: {}, proven: ({ body, authorization }) => authorization === undefined && !body.has('client_secret') },
  };

  for (const [name, { more, proven }] of Object.entries(ways)) {
    test(`is known by issuer and subject; this client proves itself by ${name}`, async () => {
      fake.misbehave();
      const method = name.split(' ')[0] as 'none';
      const arrived = await journey(upstream({ ...more, token_endpoint_auth_method: method }));
      assert.ok(arrived.ok, JSON.stringify(arrived));
      const { issuer, subject, claims } = arrived.identity;
      assert.deepEqual([issuer, subject], [fake.issuer, 'somebody']);
      assert.deepEqual([claims.email, claims.email_verified], ['somebody@acme.test', true]);
      const asked = fake.requests.findLast(({ path }) => path === '/token');
      assert.ok(asked && proven(asked));
      assert.ok((asked.body.get('code_verifier') ?? '').length >= 43);
    });
  }

  test('is sent with state, nonce, PKCE and the address they typed; anew where that is asked', async () => {
    const departed = await upstream().depart({ state: 's', loginHint: 'ada@acme.test', fresh: true, lang: 'de' });
    assert.ok(departed.ok);
    const { nonce, ...asked } = Object.fromEntries(new URL(departed.url).searchParams);
    assert.ok((nonce ?? '').length >= 40);
    assert.deepEqual(
      { ...asked, code_challenge: '' },
      {
        ...{ client_id: 'house', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email profile' },
        ...{ state: 's', code_challenge: '', code_challenge_method: 'S256', login_hint: 'ada@acme.test' },
        ...{ ui_locales: 'de', prompt: 'login', max_age: '0' },
      },
    );
  });

  test('may be described by userinfo, and by claims of other names', async () => {
    fake.misbehave();
    fake.user(
      { sub: 'bob' },
      { email: 'bob@acme.test', email_verified: 'true', display_name: 'Bob', address: { locality: 'Lyon' } },
    );
    const arrived = await journey(upstream({ claims: { given_name: 'display_name', city: 'address.locality' } }));
    assert.ok(arrived.ok, JSON.stringify(arrived));
    const { email, email_verified: verified, given_name: name, city } = arrived.identity.claims;
    assert.deepEqual([email, verified, name, city], ['bob@acme.test', true, 'Bob', 'Lyon']);
    fake.user({ sub: 'somebody', email: 'somebody@acme.test', email_verified: true });
  });

  test('is known with endpoints given by hand, where nothing is discovered', async () => {
    const before = fake.requests.length;
    const arrived = await journey(
      upstream({
        authorization_endpoint: `${fake.issuer}/authorize`,
        token_endpoint: `${fake.issuer}/token`,
        jwks_uri: `${fake.issuer}/jwks`,
      }),
    );
    assert.ok(arrived.ok, JSON.stringify(arrived));
    assert.ok(!fake.requests.slice(before).some(({ path }) => path.includes('well-known')));
  });

  test('is known when the keys have changed, and the provider is not asked for them over and over', async (t) => {
    fake.misbehave();
    const engine = upstream();
    const asked = () => fake.requests.filter(({ path }) => path === '/jwks').length;
    assert.ok((await journey(engine)).ok);
    fake.rotateKeys();
    t.mock.timers.enable({ apis: ['Date'], now: now + 61_000 });
    now += 61_000;
    const before = asked();
    const arrived = await journey(engine);
    assert.ok(arrived.ok, JSON.stringify(arrived));
    assert.equal(asked(), before + 1);
    fake.misbehave(forgeries['a key nobody has published']);
    for (let n = 0; n < 5; n++) assert.ok(!(await journey(engine)).ok);
    assert.equal(asked(), before + 1);
    fake.misbehave();
    now -= 61_000;
  });
});

describe('what a provider, or somebody between, may try', () => {
  for (const [name, forgery] of Object.entries(forgeries)) {
    test(`${name}: ${forgery.refused}`, async () => {
      fake.misbehave(forgery);
      fake.user({ sub: 'somebody' }, { email: 'somebody@acme.test' });
      const arrived = await journey(upstream(), { fresh: forgery.fresh ?? false });
      assert.ok(!arrived.ok, 'it was believed');
      assert.equal(arrived.reason, forgery.refused, arrived.detail ?? '');
    });
  }

  for (const [name, forgery] of Object.entries(discoveries)) {
    test(`${name}: ${forgery.refused}, before anybody is sent away`, async () => {
      fake.misbehave(forgery);
      const departed = await upstream().depart({ state: 's', fresh: false, lang: 'en' });
      assert.ok(!departed.ok, 'it was believed');
      assert.equal(departed.reason, forgery.refused, departed.detail ?? '');
    });
  }

  test('a code of another sign-in, with its own state: the proof of the code exchange is another', async () => {
    fake.misbehave();
    const engine = upstream();
    const [mine, theirs] = [
      await engine.depart({ state: 'mine', fresh: false, lang: 'en' }),
      await engine.depart({ state: 'theirs', fresh: false, lang: 'en' }),
    ];
    assert.ok(mine.ok && theirs.ok);
    const { headers } = await fetch(theirs.url, { redirect: 'manual' });
    const back = new URL(headers.get('location') ?? '');
    const stolen = { ...Object.fromEntries(back.searchParams), state: 'mine' };
    const arrived = await engine.arrive(stolen, mine.remember);
    assert.ok(!arrived.ok);
    assert.equal(arrived.reason, 'code_refused');
  });

  test('an address that nobody allowed is not reached, nor plain http', async () => {
    for (const issuer of [fake.issuer, 'http://login.acme.example', 'https://169.254.169.254', 'https://[::1]:1']) {
      const departed = await upstream({ issuer }, []).depart({ state: 's', fresh: false, lang: 'en' });
      assert.ok(!departed.ok);
      assert.equal(departed.reason, 'unavailable');
    }
  });

  test('a failure is not asked for again at once, and an hour later the document is read anew', async () => {
    const engine = upstream();
    fake.misbehave(discoveries['a document that is not there']);
    await engine.depart({ state: 's', fresh: false, lang: 'en' });
    fake.misbehave();
    assert.ok(!(await engine.depart({ state: 's', fresh: false, lang: 'en' })).ok);
    now += 11_000;
    assert.ok((await engine.depart({ state: 's', fresh: false, lang: 'en' })).ok);
    const asked = () => fake.requests.filter(({ path }) => path.includes('well-known')).length;
    const before = asked();
    await engine.depart({ state: 's', fresh: false, lang: 'en' });
    assert.equal(asked(), before);
    now += 3_700_000;
    assert.ok((await engine.depart({ state: 's', fresh: false, lang: 'en' })).ok);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(asked(), before + 1);
    now = Date.now();
  });
});

describe('a provider that says somebody has signed out there', () => {
  const read = async (claims: Record<string, unknown>, header = {}) => {
    fake.misbehave();
    return upstream().readLogout?.(fake.logoutToken(claims, header));
  };

  test('is believed about a subject or a session', async () => {
    const told = await read({ sub: 'somebody', sid: 'session-1' });
    assert.ok(told?.ok, JSON.stringify(told));
    assert.deepEqual([told.issuer, told.subject, told.sid], [fake.issuer, 'somebody', 'session-1']);
  });

  for (const [name, claims, refused] of [
    ['for another client', { sub: 'x', aud: 'another' }, 'audience_mismatch'],
    ['of another issuer', { sub: 'x', iss: 'https://evil.test' }, 'issuer_mismatch'],
    ['that is an ID token', { sub: 'x', nonce: 'n' }, 'response_invalid'],
    ['about nothing', { sub: 'x', events: {} }, 'response_invalid'],
    ['about nobody', {}, 'claim_missing'],
    ['without a name', { sub: 'x', jti: undefined }, 'claim_missing'],
    ['of yesterday', { sub: 'x', iat: 1, exp: 2 }, 'token_expired'],
    ['from the future', { sub: 'x', iat: Date.now() }, 'token_from_the_future'],
  ] as const) {
    test(`a token ${name} is refused: ${refused}`, async () => {
      const told = await read(claims);
      assert.ok(told && !told.ok);
      assert.equal(told.reason, refused);
    });
  }
});
