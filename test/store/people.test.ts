// needs: postgres
import assert from 'node:assert/strict';
import { digest } from '../../src/base/index.ts';
import { inSeconds, newUser, onEveryDriver } from './drivers.ts';

onEveryDriver({
  'a browser is known to the user it was remembered for, until it is forgotten': async ({ store }) => {
    const [owner, other] = [await newUser(store), await newUser(store)];
    const device = digest('cookie');
    assert.deepEqual([await store.devices.known(owner, device), await store.devices.any(owner)], [false, false]);
    await store.devices.remember(owner, device);
    await store.devices.remember(owner, device);
    assert.equal(await store.devices.known(owner, device), true);
    assert.equal(await store.devices.known(other, device), false);
    assert.deepEqual([await store.devices.any(owner), await store.devices.any(other)], [true, false]);
    await store.devices.forgetAll(owner);
    assert.equal(await store.devices.known(owner, device), false);
  },

  'terms accepted twice are kept once': async ({ store }) => {
    const id = await newUser(store);
    const terms = [
      { termsId: 'general', version: '2' },
      { termsId: 'privacy', version: '1' },
    ];
    await store.acceptances.accept(id, 'app', terms);
    await store.acceptances.accept(id, 'other-app', terms.slice(0, 1));
    const kept = await store.acceptances.list(id);
    assert.deepEqual(
      kept.map(({ acceptedAt: _at, ...one }) => one),
      terms,
    );
    assert.ok(kept.every(({ acceptedAt }) => Math.abs(acceptedAt - inSeconds(0)) < 600));
  },

  'a consent is remembered by user and client, and can be taken back': async ({ store: { consents, ...store } }) => {
    const id = await newUser({ consents, ...store });
    const consent = { scopes: ['openid'], claims: ['email'], resources: { 'https://api.example': ['read'] } };
    await consents.put(id, 'app', { ...consent, scopes: [] });
    await consents.put(id, 'app', consent);
    assert.deepEqual(await consents.find(id, 'app'), consent);
    assert.equal(await consents.find(id, 'other-app'), undefined);
    assert.deepEqual(await consents.listFor(id), [{ clientId: 'app', consent }]);
    assert.equal(await consents.remove(id, 'app'), true);
    assert.equal(await consents.remove(id, 'app'), false);
  },

  'no character that PostgreSQL cannot hold makes a question or a change fail': async ({ store }) => {
    assert.equal(await store.users.findByEmail('nul\0@example.com'), undefined);
    assert.equal(await store.users.insert({ id: 'odd', givenName: 'a\0b', attributes: { note: '\0 \ud800' } }), true);
    assert.partialDeepStrictEqual(await store.users.find('odd'), {
      ...{ givenName: 'a\ufffdb', attributes: { note: '\ufffd \ufffd' } },
    });
  },
});
