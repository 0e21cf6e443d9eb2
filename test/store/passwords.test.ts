// needs: postgres
import assert from 'node:assert/strict';
import { inSeconds, newUser, onEveryDriver } from './drivers.ts';

onEveryDriver({
  'one question by address answers the user, and the hash when there is one': async ({ store }) => {
    const id = await newUser(store);
    assert.deepEqual(await store.passwords.findByEmail(`${id}@EXAMPLE.com`), { user: await store.users.find(id) });
    await store.passwords.put(id, 'first');
    assert.equal((await store.passwords.findByEmail(`${id}@example.com`))?.hash, 'first');
    assert.equal(await store.passwords.findByEmail('nobody@example.com'), undefined);
  },

  'a hash made anew never overwrites a password changed meanwhile': async ({ store }) => {
    const id = await newUser(store);
    await store.passwords.put(id, 'old');
    assert.equal(await store.passwords.replaceIf(id, 'old', 'old, stronger'), true);
    await store.passwords.put(id, 'changed');
    assert.equal(await store.passwords.replaceIf(id, 'old, stronger', 'old, stronger still'), false);
    const { hash, changedAt = 0 } = (await store.passwords.find(id)) ?? {};
    assert.equal(hash, 'changed');
    assert.ok(Math.abs(changedAt - inSeconds(0)) <= 2);
  },
});
