import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import {
  createGuardedFetch,
  createUpstreams,
  type Upstream,
  type UpstreamProvider,
} from '../../src/verifiers/index.ts';
import { parsePage } from '../support/html.ts';
import type { Brand } from '../support/upstream/brand.ts';
import { brands } from '../support/upstream/brands.ts';
import { startFacebook } from '../support/upstream/brands-oauth2.ts';
import { TENANT } from '../support/upstream/brands-oidc.ts';

const CALLBACK = 'https://login.house.test/federation/callback';

function upstreamOf({ url, fields }: Brand, more: Partial<UpstreamProvider> = {}): Upstream {
  const fetch = createGuardedFetch({ allow: [new URL(url).host], timeoutMs: 5000, maxBytes: 100_000 });
  const upstreams = createUpstreams({
    fetch,
    callback: CALLBACK,
    claimOnce: async () => true,
    clock: Date.now,
    log: createLog('silent'),
  });
  return upstreams.of({ id: 'it', ...fields, ...more } as UpstreamProvider);
}

/** There, a button, and back; as a form where that is how the brand answers. */
async function journey(engine: Upstream, { fresh = false, press = '', beside = {} } = {}) {
  const departed = await engine.depart({ state: 'a-state', fresh, lang: 'en' });
  assert.ok(departed.ok, JSON.stringify(departed));
  const page = await fetch(departed.url);
  assert.equal(page.status, 200, await page.clone().text());
  const [form] = parsePage(await page.text()).forms;
  const body = new URLSearchParams();
  for (const { name, value, tag } of form?.fields ?? []) {
    if (tag === 'input') body.append(name, value);
    else if (name !== '' && name === press) body.append(name, value);
  }
  const answer = await fetch(new URL(form?.action ?? '', departed.url), { method: 'POST', body, redirect: 'manual' });
  const location = answer.headers.get('location');
  const posted = location === null ? parsePage(await answer.text()).forms[0] : undefined;
  if (posted) assert.equal(posted.action, CALLBACK);
  const returned = posted
    ? Object.fromEntries(posted.fields.filter(({ name }) => name !== '').map(({ name, value }) => [name, value]))
    : Object.fromEntries(new URL(location ?? '').searchParams);
  return { returned, departed, arrived: await engine.arrive({ ...returned, ...beside }, departed.remember) };
}

async function identified(engine: Upstream) {
  const { arrived } = await journey(engine);
  assert.ok(arrived.ok, JSON.stringify(arrived));
  return arrived.identity;
}

async function refusedBy(engine: Upstream, reason: string) {
  const { arrived } = await journey(engine);
  assert.ok(!arrived.ok, 'it was believed');
  assert.equal(arrived.reason, reason, arrived.detail ?? '');
}

for (const [name, start] of Object.entries(brands)) {
  describe(name, async () => {
    const brand = await start();
    after(brand.close);
    const engine = upstreamOf(brand);

    test('is believed about somebody, and the same person is the same the next time', async () => {
      const [one, two] = [await identified(engine), await identified(engine)];
      assert.ok(one.subject.length > 5);
      assert.deepEqual([one.issuer, one.subject], [two.issuer, two.subject]);
    });

    test('somebody who says no there has cancelled', async () => {
      const { arrived } = await journey(engine, { press: 'no' });
      assert.ok(!arrived.ok);
      assert.equal(arrived.reason, 'cancelled');
    });

    test('a code counts once, with its own proof', async () => {
      const { returned, departed } = await journey(engine);
      const again = await engine.arrive(returned, departed.remember);
      assert.ok(!again.ok);
      assert.equal(again.reason, 'code_refused');
    });

    test('an answer with another state is nobody’s', async () => {
      const { returned, departed } = await journey(engine);
      const other = await engine.arrive({ ...returned, state: 'another' }, departed.remember);
      assert.ok(!other.ok);
      assert.equal(other.reason, 'state_mismatch');
    });

    test('somebody who is to sign in anew is sent there', async () => {
      assert.ok((await journey(engine, { fresh: true })).arrived.ok);
    });
  });
}

describe('what is special about Google', async () => {
  const brand = await brands.google();
  after(brand.close);
  test('only accounts of the Workspace domains that are named come in; an address in one is not enough', async () => {
    const engine = upstreamOf(brand, { hosted_domains: ['house.test'] });
    brand.user({ sub: '1', email: 'robin@house.test', email_verified: true });
    await refusedBy(engine, 'account_not_allowed');
    brand.user({ sub: '1', email: 'robin@house.test', email_verified: true, hd: 'evil.test' });
    await refusedBy(engine, 'account_not_allowed');
    brand.user({ sub: '1', email: 'robin@house.test', email_verified: true, hd: 'house.test' });
    assert.equal((await identified(engine)).claims.email_verified, true);
    const departed = await engine.depart({ state: 's', fresh: false, lang: 'en' });
    assert.equal(departed.ok && new URL(departed.url).searchParams.get('hd'), 'house.test');
  });
});

describe('what is special about Microsoft', async () => {
  const brand = await brands.microsoft();
  after(brand.close);
  const who = { sub: 'pairwise', tid: TENANT, email: 'robin@contoso.test' };

  test('anybody can write an address into their tenant: it is verified only where xms_edov says so', async () => {
    for (const [said, verified] of [
      [undefined, false],
      [false, false],
      ['0', false],
      [true, true],
      ['1', true],
      ['true', true],
    ]) {
      brand.user(said === undefined ? who : { ...who, xms_edov: said, email_verified: true });
      assert.equal((await identified(upstreamOf(brand))).claims.email_verified, verified, String(said));
    }
  });

  test('a token’s issuer has to be its own tenant', async () => {
    brand.user({ ...who, iss: `${brand.url}/99999999-2222-4333-8444-555555555555/v2.0` });
    await refusedBy(upstreamOf(brand), 'issuer_mismatch');
    brand.user({ ...who, tid: '{tenantid}' });
    await refusedBy(upstreamOf(brand), 'issuer_mismatch');
  });

  test('only tenants that are allowed come in, and no private accounts where only organizations may', async () => {
    brand.user(who);
    await refusedBy(
      upstreamOf(brand, { allowed_tenants: ['99999999-2222-4333-8444-555555555555'] }),
      'account_not_allowed',
    );
    const identity = await identified(upstreamOf(brand, { allowed_tenants: [TENANT] }));
    assert.equal(identity.issuer, `${brand.url}/${TENANT}/v2.0`);
  });
});

describe('what is special about Apple', async () => {
  const brand = await brands.apple();
  after(brand.close);
  test('the name comes once, beside the token; booleans are text; the relay address is one like any other', async () => {
    const engine = upstreamOf(brand);
    const first = await identified(engine);
    const { given_name: given, family_name: family, email, email_verified: verified } = first.claims;
    assert.deepEqual([given, family, email, verified], ['Robin', 'Gray', 'q7x9@privaterelay.appleid.test', true]);
    assert.equal((await identified(engine)).claims.given_name, undefined);
  });

  test('what the browser says beside the token changes nothing that the token says, and breaks nothing', async () => {
    const endless = JSON.stringify({ name: { firstName: 'x'.repeat(500) } });
    for (const user of ['{', '[]', 'null', '"x"', '{"name":5}', '{"name":{"firstName":{}}}', endless]) {
      const { arrived } = await journey(upstreamOf(brand), { beside: { user } });
      assert.ok(arrived.ok, JSON.stringify(arrived));
      assert.equal(arrived.identity.claims.given_name, undefined);
    }
    const forged = JSON.stringify({ name: { firstName: 'Eve' }, email: 'victim@house.test', sub: 'victim' });
    const { arrived } = await journey(upstreamOf(brand), { beside: { user: forged, email: 'victim@house.test' } });
    assert.ok(arrived.ok);
    const { subject, claims } = arrived.identity;
    assert.deepEqual(
      [subject, claims.email, claims.given_name],
      ['001999.c1a2b3.0123', 'q7x9@privaterelay.appleid.test', 'Eve'],
    );
  });
});

describe('what is special about Facebook', async () => {
  const brand = await brands.facebook();
  after(brand.close);
  test('its address is never verified, and may be missing', async () => {
    const { claims } = await identified(upstreamOf(brand));
    assert.deepEqual([claims.email, claims.email_verified], ['robin@facebook.test', false]);
    brand.user({ id: '10158000000000001', first_name: 'Robin' });
    assert.equal((await identified(upstreamOf(brand))).claims.email, null);
  });

  test('the token of limited login is verified where one comes', async () => {
    const who = { id: '10158000000000001', first_name: 'Robin' };
    for (const [limited, reason] of [
      [{ sub: who.id }, undefined],
      [{ sub: 'somebody-else' }, 'userinfo_mismatch'],
      [{ aud: '999' }, 'audience_mismatch'],
      [{ nonce: 'replayed' }, 'nonce_mismatch'],
      [{ iss: 'https://evil.test' }, 'issuer_mismatch'],
      [{ exp: 1 }, 'token_expired'],
    ] as const) {
      brand.user({ ...who, limited });
      if (reason === undefined) assert.equal((await identified(upstreamOf(brand))).subject, who.id);
      else await refusedBy(upstreamOf(brand), reason);
    }
  });

  test('a token that was made for another app is refused', async () => {
    const other = await startFacebook({ app: '999' });
    after(other.close);
    await refusedBy(upstreamOf(other), 'audience_mismatch');
  });
});

describe('what is special about GitHub', async () => {
  const brand = await brands.github();
  after(brand.close);
  test('the primary address counts when it is verified; what somebody typed on their profile does not', async () => {
    assert.deepEqual(pick((await identified(upstreamOf(brand))).claims), ['robin@github.test', true]);
    brand.user({
      user: { id: 1234567, email: 'typed@github.test' },
      emails: [{ email: 'x@github.test', primary: true, verified: false }],
    });
    assert.deepEqual(pick((await identified(upstreamOf(brand))).claims), ['x@github.test', false]);
    brand.user({ user: { id: 1234567, email: 'typed@github.test' }, emails: [] });
    assert.deepEqual(pick((await identified(upstreamOf(brand))).claims), [undefined, undefined]);
  });
  const pick = ({ email, email_verified: verified }: Record<string, unknown>) => [email, verified];
});
