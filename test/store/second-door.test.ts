// needs: postgres
import assert from 'node:assert/strict';
import { newUser, onEveryDriver } from './drivers.ts';

const device = new Uint8Array(32).fill(7);

onEveryDriver({
  'an authenticator comes back as it was kept, the oldest first, and goes with its user': async ({ store }) => {
    const userId = await newUser(store);
    const key = {
      id: `key-${userId}`,
      userId,
      factor: 'webauthn',
      credentialId: `c-${userId}`,
      data: { backedUp: true },
    };
    assert.ok(await store.authenticators.add({ id: `app-${userId}`, userId, factor: 'totp', sealed: 's', counter: 5 }));
    assert.ok(await store.authenticators.add({ ...key, name: 'My phone', counter: 1 }));
    const all = await store.authenticators.listFor(userId);
    assert.deepEqual(
      all.map(({ createdAt: _at, ...one }) => one),
      [
        { id: `app-${userId}`, userId, factor: 'totp', sealed: 's', counter: 5, data: {} },
        { ...key, name: 'My phone', counter: 1 },
      ],
    );
    const found = await store.authenticators.findByCredential(`c-${userId}`);
    assert.equal(found?.user.id, userId);
    await store.users.remove(userId);
    assert.equal(await store.authenticators.find(key.id), undefined);
  },

  'a credential belongs to one user only, and nobody who is not there has any': async ({ store }) => {
    const [one, other] = [await newUser(store), await newUser(store)];
    const key = { factor: 'webauthn', credentialId: `shared-${one}` };
    assert.ok(await store.authenticators.add({ ...key, id: `a-${one}`, userId: one }));
    assert.equal(await store.authenticators.add({ ...key, id: `b-${one}`, userId: other }), false);
    assert.equal(await store.authenticators.add({ id: 'ghost', userId: 'nobody', factor: 'totp' }), false);
  },

  'a time step is accepted once, and none before it, whoever asks how often at once': async ({ store }) => {
    const userId = await newUser(store);
    const id = `totp-${userId}`;
    await store.authenticators.add({ id, userId, factor: 'totp', counter: 59_000_000 });
    const tries = await Promise.all(Array.from({ length: 20 }, () => store.authenticators.advance(id, 59_000_001)));
    assert.equal(tries.filter(Boolean).length, 1);
    assert.equal(await store.authenticators.advance(id, 59_000_000), false);
    assert.ok(await store.authenticators.advance(id, 59_000_002));
  },

  'a signature counter that went back is refused; one that is always 0 says nothing': async ({ store }) => {
    const userId = await newUser(store);
    const id = `key-${userId}`;
    await store.authenticators.add({ id, userId, factor: 'webauthn' });
    assert.ok(await store.authenticators.noteUse(id));
    assert.ok(await store.authenticators.noteUse(id, { counter: 3, data: { backedUp: true } }));
    assert.equal(await store.authenticators.noteUse(id, { counter: 3 }), false);
    assert.equal(await store.authenticators.noteUse(id, { counter: 0 }), false);
    const used = await store.authenticators.find(id);
    assert.deepEqual([used?.counter, used?.data], [3, { backedUp: true }]);
    assert.ok(used?.lastUsedAt);
  },

  'nobody renames or removes what is somebody else’s': async ({ store }) => {
    const [owner, other] = [await newUser(store), await newUser(store)];
    const id = `mine-${owner}`;
    await store.authenticators.add({ id, userId: owner, factor: 'totp' });
    assert.equal(await store.authenticators.rename(other, id, 'Stolen'), false);
    assert.equal(await store.authenticators.remove(other, id), false);
    assert.ok(await store.authenticators.rename(owner, id, 'My app'));
    assert.ok(await store.authenticators.remove(owner, id));
  },

  'a recovery code is used once; new ones void the old': async ({ store }) => {
    const userId = await newUser(store);
    const id = `codes-${userId}`;
    await store.authenticators.add({ id, userId, factor: 'recovery-code' });
    await store.recoveryCodes.add(id, ['mac-1', 'mac-2']);
    const tries = await Promise.all(Array.from({ length: 10 }, () => store.recoveryCodes.use(id, ['other', 'mac-1'])));
    assert.equal(tries.filter(Boolean).length, 1);
    assert.equal(await store.recoveryCodes.left(id), 1);
    await store.authenticators.remove(userId, id);
    assert.equal(await store.recoveryCodes.use(id, ['mac-2']), false);
  },

  'an access pass works once, for its owner, until it ends; a new one voids the one before': async ({ store }) => {
    const [owner, other] = [await newUser(store), await newUser(store)];
    const pass = { userId: owner, issuedBy: 'test', ttl: 60 };
    assert.ok(await store.accessPasses.issue({ ...pass, codeMac: 'first' }));
    assert.ok(await store.accessPasses.issue({ ...pass, codeMac: 'second' }));
    assert.equal(await store.accessPasses.use(owner, ['first']), false);
    assert.equal(await store.accessPasses.use(other, ['second']), false);
    assert.equal((await store.users.find(owner))?.accessPass, true);
    const tries = await Promise.all(Array.from({ length: 10 }, () => store.accessPasses.use(owner, ['second'])));
    assert.equal(tries.filter(Boolean).length, 1);
    assert.equal((await store.users.find(owner))?.accessPass, undefined);
    await store.accessPasses.issue({ ...pass, codeMac: 'late', ttl: 0 });
    assert.equal(await store.accessPasses.use(owner, ['late']), false);
    assert.equal(await store.accessPasses.issue({ ...pass, userId: 'nobody', codeMac: 'x' }), false);
  },

  'a trusted browser is known until it is forgotten, and sessions lose it then': async ({ store }) => {
    const userId = await newUser(store);
    assert.deepEqual(await store.devices.about(userId, device), { known: false });
    await store.trustedDevices.trust(userId, device);
    await store.devices.remember(userId, device);
    const about = await store.devices.about(userId, device);
    assert.ok(about.known && (about.trustedSince ?? 0) > 0);
    const evidence = [{ by: 'password' }, { by: 'trusted_device' }];
    const soon = Math.floor(Date.now() / 1000) + 60;
    const uid = `session-${userId}`;
    await store.sessions.put({ uid, userId, evidence, authenticatedAt: soon - 60, expiresAt: soon });
    await store.trustedDevices.forgetAll(userId);
    assert.equal(await store.trustedDevices.trustedSince(userId, device), undefined);
    assert.deepEqual((await store.sessions.state(uid))?.evidence, [{ by: 'password' }]);
    await store.trustedDevices.trust(userId, device);
    await store.users.endEverything(userId);
    assert.equal(await store.trustedDevices.trustedSince(userId, device), undefined);
  },

  'groups are read with the user, each once, and members are listed page by page': async ({ store }) => {
    const [one, other] = [await newUser(store), await newUser(store)];
    for (const id of [one, one, other]) assert.ok(await store.groupMembers.add(id, 'staff'));
    assert.deepEqual((await store.users.find(one))?.groups, ['staff']);
    const [first, second] = [one, other].sort();
    assert.deepEqual(
      (await store.groupMembers.list('staff', { limit: 1 })).map(({ id }) => id),
      [first],
    );
    assert.deepEqual(
      (await store.groupMembers.list('staff', { after: first ?? '', limit: 9 })).map(({ id }) => id),
      [second],
    );
    assert.ok(await store.groupMembers.remove(one, 'staff'));
    assert.equal(await store.groupMembers.remove(one, 'staff'), false);
    assert.equal(await store.groupMembers.add('nobody', 'staff'), false);
  },

  'a decision is found by its reference, and forgets who it was about when they are deleted': async ({ store }) => {
    const userId = await newUser(store);
    const reference = `ref-${userId}`;
    const signals = { user: { id: userId, email: 'kim@mail.test', attributes: { tier: 'gold' } } };
    const row = { reference, at: 1_763_900_000, action: 'sign_in', outcome: 'deny', userId, clientId: 'home' };
    await store.decisions.insertMany([{ ...row, signals, decision: { outcome: 'deny' } }]);
    assert.deepEqual(await store.decisions.find(reference), { ...row, signals, decision: { outcome: 'deny' } });
    await store.users.remove(userId);
    assert.deepEqual((await store.decisions.find(reference))?.signals, { user: { id: userId } });
    assert.equal(await store.decisions.find('no-such'), undefined);
  },

  'that a password came from the mailbox stays with it until another is set otherwise': async ({ store }) => {
    const userId = await newUser(store);
    const email = `${userId}@example.com`;
    await store.passwords.put(userId, 'first');
    assert.equal((await store.passwords.findByEmail(email))?.byMailbox, false);
    await store.passwords.put(userId, 'reset', true);
    await store.passwords.put(userId, 'changed');
    assert.equal((await store.passwords.findByEmail(email))?.byMailbox, true);
    await store.passwords.put(userId, 'proven', false);
    assert.equal((await store.passwords.findByEmail(email))?.byMailbox, false);
  },
});
