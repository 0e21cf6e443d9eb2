// needs: postgres
import assert from 'node:assert/strict';
import { inSeconds, newUser, onEveryDriver } from './drivers.ts';

const session = (uid: string, userId: string) => ({
  ...{ uid, userId, evidence: [{ by: 'password' }], authenticatedAt: inSeconds(-5), expiresAt: inSeconds(600) },
});

onEveryDriver({
  'a session is written, read and written again under its uid': async ({ store }) => {
    const userId = await newUser(store);
    const first = session('written', userId);
    assert.equal(await store.sessions.put(first), true);
    assert.equal(await store.sessions.put({ ...first, evidence: [{ by: 'totp' }], ip: '192.0.2.1' }), true);
    const { authenticatedAt, expiresAt } = first;
    assert.deepEqual(await store.sessions.state('written'), {
      ...{ userId, evidence: [{ by: 'totp' }], authenticatedAt, expiresAt, alive: true },
    });
    assert.equal(await store.sessions.state('unknown'), undefined);
  },

  'a revoked session never comes back': async ({ store }) => {
    const userId = await newUser(store);
    await store.sessions.put(session('revoked', userId));
    assert.equal(await store.sessions.revoke('revoked'), true);
    assert.equal(await store.sessions.revoke('revoked'), false);
    assert.equal(await store.sessions.put(session('revoked', userId)), false);
    assert.equal((await store.sessions.state('revoked'))?.alive, false);
  },

  'a session never changes hands, and nobody has none': async ({ store }) => {
    const [owner, other] = [await newUser(store), await newUser(store)];
    await store.sessions.put(session('owned', owner));
    assert.equal(await store.sessions.put(session('owned', other)), false);
    assert.equal((await store.sessions.state('owned'))?.userId, owner);
    assert.equal(await store.sessions.put(session('orphan', 'nobody')), false);
  },

  'a session past its end is not alive': async ({ store }) => {
    await store.sessions.put({ ...session('ended', await newUser(store)), expiresAt: inSeconds(-1) });
    assert.equal((await store.sessions.state('ended'))?.alive, false);
  },

  'signing out elsewhere spares the session it is asked from, and the list shows the rest': async ({ store }) => {
    const userId = await newUser(store);
    for (const name of ['one', 'two', 'three']) {
      await store.sessions.put({ ...session(`${userId}-${name}`, userId), userAgent: name });
    }
    assert.equal((await store.sessions.listFor(userId)).length, 3);
    const ended = await store.sessions.revokeAll(userId, `${userId}-two`);
    assert.deepEqual(ended.sort(), [`${userId}-one`, `${userId}-three`]);
    const [left, ...more] = await store.sessions.listFor(userId);
    assert.deepEqual([left?.uid, left?.userAgent, more.length], [`${userId}-two`, 'two', 0]);
    assert.deepEqual(await store.sessions.revokeAll(userId), [`${userId}-two`]);
  },

  'a client keeps its first name for a session': async ({ store }) => {
    await store.sessions.put(session('shared', await newUser(store)));
    await store.sessions.addClient('shared', 'app', 'sid-1');
    await store.sessions.addClient('shared', 'app', 'sid-2');
    await store.sessions.addClient('unknown', 'app', 'sid-3');
    assert.deepEqual(await store.sessions.clients('shared'), [{ clientId: 'app', sid: 'sid-1' }]);
    assert.deepEqual(await store.sessions.clients('unknown'), []);
  },
});
