// needs: postgres
import assert from 'node:assert/strict';
import { inSeconds, newUser, onEveryDriver } from './drivers.ts';

const acme = { provider: 'acme', issuer: 'https://acme.test' };

onEveryDriver({
  'an identity is one user’s only, by provider, issuer and subject; of parallel tries one gets it': async ({
    store,
  }) => {
    const [one, other] = [await newUser(store), await newUser(store)];
    const key = { ...acme, subject: `s-${one}` };
    const tries = [one, other, one, other].map((userId, n) =>
      store.identities.add({ ...key, id: `${n}-${one}`, userId }),
    );
    assert.equal((await Promise.all(tries)).filter(Boolean).length, 1);
    assert.ok([one, other].includes((await store.identities.find(key))?.user.id ?? ''));
    assert.equal(await store.identities.find({ ...key, issuer: 'https://acme.test/' }), undefined);
    assert.equal(await store.identities.find({ ...key, provider: 'other' }), undefined);
    assert.equal(await store.identities.add({ ...acme, subject: 'x', id: 'ghost', userId: 'nobody' }), false);
  },

  'it comes back as it was kept, notes its use, and goes with its user': async ({ store }) => {
    const userId = await newUser(store);
    const identity = { id: `i-${userId}`, userId, ...acme, subject: userId, email: 'ada@acme.test' };
    await store.identities.add(identity);
    const [{ linkedAt: _at, ...kept } = { linkedAt: 0 }] = await store.identities.listFor(userId);
    assert.deepEqual(kept, identity);
    await store.identities.noteUse(identity.id, { email: 'new@acme.test' });
    const [used] = await store.identities.listFor(userId);
    assert.equal(used?.email, 'new@acme.test');
    assert.ok(used?.lastUsedAt);
    assert.equal(await store.identities.remove('somebody-else', identity.id), false);
    await store.users.remove(userId);
    assert.equal(await store.identities.find(identity), undefined);
  },

  'a provider that ends a session, or everything of a subject, ends what was begun with it and nothing else': async ({
    store,
  }) => {
    const userId = await newUser(store);
    const id = `i-${userId}`;
    const about = { ...acme, subject: userId };
    await store.identities.add({ id, userId, ...about });
    await store.identities.noteUse(id, { sid: `s1-${userId}` });
    const session = { userId, authenticatedAt: 1, expiresAt: inSeconds(600) };
    const from = (sid?: string) => [{ by: 'federated', credential: id, ...(sid ? { upstreamSession: sid } : {}) }];
    await store.sessions.put({ ...session, uid: `a-${id}`, evidence: from(`s1-${userId}`) });
    await store.sessions.put({ ...session, uid: `b-${id}`, evidence: from() });
    await store.sessions.put({ ...session, uid: `c-${id}`, evidence: [{ by: 'password' }] });
    const uids = async (end: Parameters<typeof store.identities.sessionsFrom>[0]) =>
      (await store.identities.sessionsFrom(end)).map(({ uid }) => uid).sort();
    assert.deepEqual(await uids(about), [`a-${id}`, `b-${id}`]);
    assert.deepEqual(await uids({ ...acme, sid: `s1-${userId}` }), [`a-${id}`]);
    assert.deepEqual(await uids({ ...acme, sid: 'unknown' }), []);
    assert.deepEqual(await uids(acme), []);
    assert.deepEqual(await uids({ ...about, issuer: 'https://evil.test' }), []);
  },
});
