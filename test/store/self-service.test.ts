// needs: postgres
import assert from 'node:assert/strict';
import { sql } from '../../src/store/sql.ts';
import { inSeconds, newUser, onEveryDriver } from './drivers.ts';

onEveryDriver({
  'every table that names a user is in the copy of what is held about them': async ({ db, store }) => {
    const rows = await db.all<{ table_name: string }>(sql`
      select c.table_name from information_schema.columns c
      join information_schema.tables t on t.table_name = c.table_name and t.table_schema = c.table_schema
      where c.column_name = 'user_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE'`);
    const copy = await store.personalData(await newUser(store));
    const missing = rows.map(({ table_name: name }) => name).filter((name) => !(name in (copy ?? {})));
    assert.deepEqual(missing, []);
    assert.ok(rows.length > 10);
  },

  'the copy holds no secret, and nobody else': async ({ store }) => {
    const [one, other] = [await newUser(store), await newUser(store)];
    await store.passwords.put(one, '$argon2id$secret-hash');
    const factor = { userId: one, factor: 'totp', name: 'Phone', sealed: 'sealed-seed' };
    await store.authenticators.add({ ...factor, id: `t-${one}` });
    await store.accessPasses.issue({ userId: one, codeMac: 'mac-of-pass', issuedBy: 'x', ttl: 60 });
    const copy = JSON.stringify(await store.personalData(one));
    assert.match(copy, /"Phone"/);
    assert.doesNotMatch(copy, /secret-hash|sealed-seed|mac-of-pass/);
    assert.ok(!copy.includes(other));
    assert.equal(await store.personalData('nobody'), undefined);
  },

  'of parallel wishes for a copy one is granted, and another only later': async ({ store }) => {
    const userId = await newUser(store);
    const wish = (id: string, pause = 3600) =>
      store.tx(async (within) => {
        await within.users.lock(userId);
        return within.dataExports.request(`${id}-${userId}`, userId, { ttl: 600, pause });
      });
    const wishes = Array.from({ length: 8 }, (_, n) => wish(`e${n}`));
    assert.equal((await Promise.all(wishes)).filter(Boolean).length, 1);
    const [copy] = await store.dataExports.listFor(userId);
    assert.equal(copy?.readyAt, undefined);
    assert.equal(await store.dataExports.finish(copy?.id ?? '', 'sealed'), copy?.expiresAt);
    assert.equal(await store.dataExports.finish(copy?.id ?? '', 'again'), undefined, 'made once');
    assert.equal(await store.dataExports.sealed(userId, copy?.id ?? ''), 'sealed');
    assert.equal(await store.dataExports.sealed('somebody-else', copy?.id ?? ''), undefined);
    assert.equal(await wish('later', 0), true);
  },

  'a change that is taken back takes those after it along': async ({ store }) => {
    const userId = await newUser(store);
    const change = (id: string) => ({
      id: `${id}-${userId}`,
      userId,
      kind: 'email' as const,
      old: id,
      oldVerified: true,
    });
    for (const id of ['first', 'second', 'third']) await store.contactChanges.add(change(id));
    await store.contactChanges.add({ ...change('other'), kind: 'phone' });
    const second = await store.contactChanges.find(`second-${userId}`);
    assert.ok(second);
    const gone = await store.contactChanges.removeFrom(second);
    assert.deepEqual(gone.sort(), [`second-${userId}`, `third-${userId}`]);
    assert.ok(await store.contactChanges.find(`first-${userId}`));
    assert.ok(await store.contactChanges.find(`other-${userId}`));
  },

  'what an app may do is what was granted and allowed together': async ({ store }) => {
    const userId = await newUser(store);
    await store.consents.put(userId, 'quotes', {
      ...{ scopes: ['openid', 'email'], claims: [], resources: { 'https://api.test': ['quotes:read'] } },
    });
    await store.tokens.commit({
      ...{ sessions: [], sessionClients: [], proofs: [], consume: [], retry: [], decisions: [] },
      grants: ['auto', 'quotes'].map((clientId) => ({
        ...{ id: `${clientId}-${userId}`, userId, clientId, sessionUid: 'gone', expiresAt: inSeconds(600) },
        payload: {
          openid: { scope: 'openid profile' },
          resources: { 'https://claims.test': 'claims:read claims:write' },
        },
      })),
      tokens: [],
    });
    const apps = await store.listAppAccess(userId);
    const scopes = Object.fromEntries(apps.map((one) => [one.clientId, one.scopes]));
    assert.deepEqual(scopes, {
      auto: ['claims:read', 'claims:write', 'openid', 'profile'],
      quotes: ['claims:read', 'claims:write', 'email', 'openid', 'profile', 'quotes:read'],
    });
    assert.equal(await store.grants.revokeFor(userId, 'auto'), 1);
    assert.deepEqual(
      (await store.listAppAccess(userId)).map(({ clientId }) => clientId),
      ['quotes'],
    );
  },

  'a picture has a new address with each change, and goes with its user': async ({ store }) => {
    const userId = await newUser(store);
    const bytes = new Uint8Array([1, 2, 3]);
    await store.pictures.put(`p1-${userId}`, userId, { type: 'image/webp', bytes });
    await store.pictures.put(`p2-${userId}`, userId, { type: 'image/webp', bytes });
    assert.equal(await store.pictures.find(`p1-${userId}`), undefined);
    assert.deepEqual([...((await store.pictures.find(`p2-${userId}`))?.bytes ?? [])], [1, 2, 3]);
    await store.users.remove(userId);
    assert.equal(await store.pictures.find(`p2-${userId}`), undefined);
  },
});
