// needs: postgres
import assert from 'node:assert/strict';
import { createLinkIdentity } from '../../src/accounts/index.ts';
import { createRecorder } from '../../src/audit/index.ts';
import { createLog, newId } from '../../src/base/index.ts';
import type { Store } from '../../src/store/index.ts';
import { onEveryDriver } from './drivers.ts';

const origin = { client: { id: 'account', name: 'Account' }, lang: 'en', ip: '192.0.2.1', userAgent: 'Test' };
const FROM = { ...origin, providerName: 'Acme' };

/** Somebody with nothing but what is linked to them. */
async function house(store: Store) {
  const told: string[] = [];
  const recorder = createRecorder({ rows: store.auditEvents, log: createLog('silent'), clock: Date.now });
  const { link, unlink } = createLinkIdentity({
    store,
    recorder,
    tell: async (_user, change, { what }) => void told.push(`${change} ${what}`),
    inUse: (provider) => provider === 'acme',
  });
  const id = newId();
  await store.users.insert({ id });
  const user = await store.users.find(id);
  assert.ok(user);
  const add = async (subject: string) => {
    const identity = {
      provider: 'acme',
      issuer: 'https://acme.test',
      subject: `${subject}-${id}`,
      providerName: 'Acme',
    };
    return (await link(user, identity, 'owner', origin)) ?? '';
  };
  return { user, told, add, unlink };
}

onEveryDriver({
  'what is linked can be taken away, its owner is told, and the last way in stays': async ({ store }) => {
    const { user, told, add, unlink } = await house(store);
    const [one, two] = [await add('one'), await add('two')];
    assert.equal(await unlink(user, one, FROM), 'unlinked');
    assert.equal(await unlink(user, one, FROM), 'unknown');
    assert.equal(await unlink(user, two, FROM), 'last_way_in');
    assert.deepEqual(told, ['identity_linked Acme', 'identity_linked Acme', 'identity_unlinked Acme']);
    await store.identities.add({
      id: newId(),
      userId: user.id,
      provider: 'gone',
      issuer: 'https://gone.test',
      subject: user.id,
    });
    await store.passwords.put(user.id, 'a hash');
    assert.equal(
      await unlink(user, two, FROM),
      'last_way_in',
      'no provider any more, and a password without an address',
    );
    await store.users.update(user.id, { email: `${user.id}@mail.test` });
    assert.equal(await unlink(user, two, FROM), 'unlinked');
  },

  'two that are taken away at once leave one': async ({ store }) => {
    const { user, add, unlink } = await house(store);
    const ids = [await add('one'), await add('two')];
    const ends = await Promise.all(ids.map((id) => unlink(user, id, FROM)));
    assert.deepEqual(ends.sort(), ['last_way_in', 'unlinked']);
  },

  'nobody takes away what is somebody else’s': async ({ store }) => {
    const [mine, theirs] = [await house(store), await house(store)];
    const id = await theirs.add('one');
    assert.equal(await mine.unlink(mine.user, id, FROM), 'unknown');
    assert.equal((await store.identities.listFor(theirs.user.id)).length, 1);
  },
});
