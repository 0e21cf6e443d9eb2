// needs: postgres
import assert from 'node:assert/strict';
import { UniqueViolation } from '../../src/store/index.ts';
import { sql } from '../../src/store/sql.ts';
import { inSeconds, newUser, onEveryDriver } from './drivers.ts';

onEveryDriver({
  'a user comes back as inserted, and what is not known is absent': async ({ store }) => {
    assert.equal(
      await store.users.insert({ id: 'ada', email: 'Ada@Example.com', attributes: { policy: ['a', 'b'] } }),
      true,
    );
    const user = await store.users.find('ada');
    assert.deepEqual(Object.keys(user ?? {}).sort(), [
      ...[
        'attributes',
        'createdAt',
        'credentials',
        'disabled',
        'email',
        'emailVerified',
        'groups',
        'id',
        'nothingBefore',
      ],
      ...['phoneVerified', 'updatedAt'],
    ]);
    assert.deepEqual(user?.attributes, { policy: ['a', 'b'] });
    assert.equal(user?.nothingBefore, 0);
    assert.deepEqual(await store.users.findByEmail('aDA@example.COM'), user);
    assert.equal(await store.users.find('nobody'), undefined);
  },

  'a taken address is refused whatever its case, and nothing is written': async ({ store }) => {
    const id = await newUser(store);
    assert.equal(await store.users.insert({ id: 'second', email: `${id.toUpperCase()}@example.com` }), false);
    assert.equal(await store.users.find('second'), undefined);
  },

  'an address of somebody else cannot be taken over by a change': async ({ store }) => {
    const [first, second] = [await newUser(store), await newUser(store)];
    await assert.rejects(store.users.update(second, { email: `${first}@example.com` }), (error) => {
      return error instanceof UniqueViolation && error.constraint === 'users_email_key';
    });
  },

  'a change touches what it names: null empties, and a new address or number is not verified': async ({ store }) => {
    const id = await newUser(store);
    assert.equal(await store.users.update(id, { phone: '+441632960001', phoneVerified: true, givenName: 'Ada' }), true);
    assert.equal(await store.users.update(id, { familyName: 'Lovelace' }), true);
    assert.partialDeepStrictEqual(await store.users.find(id), {
      ...{ givenName: 'Ada', familyName: 'Lovelace', emailVerified: true, phone: '+441632960001', phoneVerified: true },
    });
    await store.users.update(id, { email: 'new@example.com', phone: '+441632960002', givenName: null });
    const changed = await store.users.find(id);
    assert.partialDeepStrictEqual(changed, { emailVerified: false, phoneVerified: false, email: 'new@example.com' });
    assert.equal(changed && 'givenName' in changed, false);
    await store.users.markEmailVerified(id);
    await store.users.update(id, { phone: null, email: 'NEW@example.com' });
    assert.partialDeepStrictEqual(await store.users.find(id), { emailVerified: true, phoneVerified: false });
    assert.equal(await store.users.update('nobody', { givenName: 'x' }), false);
  },

  'ending everything kills sessions and grants made before, in one statement, and none made after': async ({
    store,
    db,
  }) => {
    const id = await newUser(store);
    const session = { userId: id, evidence: [], authenticatedAt: inSeconds(0), expiresAt: inSeconds(600) };
    await store.sessions.put({ ...session, uid: `${id}-before` });
    await db.run(sql`
      insert into grants (id, user_id, client_id, session_uid, payload, expires_at)
      values (${`${id}-grant`}, ${id}, 'app', ${`${id}-before`}, '{}', now() + interval '1 hour')`);
    assert.equal((await store.grants.find(`${id}-grant`))?.sessionLives, true);
    assert.deepEqual(await store.users.endEverything(id), [`${id}-before`]);
    await store.sessions.put({ ...session, uid: `${id}-after` });
    assert.equal((await store.sessions.state(`${id}-before`))?.alive, false);
    assert.equal((await store.sessions.state(`${id}-after`))?.alive, true);
    assert.equal(await store.grants.find(`${id}-grant`), undefined);
    const { nothingBefore = 0 } = (await store.users.find(id)) ?? {};
    assert.ok(Math.abs(nothingBefore - inSeconds(0)) <= 2, `${nothingBefore} is about now`);
    assert.deepEqual(await store.users.endEverything('nobody'), []);
  },

  'a disabled user has no live session, and enabling does not bring one back': async ({ store }) => {
    const id = await newUser(store);
    const session = {
      uid: `${id}-s`,
      userId: id,
      evidence: [],
      authenticatedAt: inSeconds(0),
      expiresAt: inSeconds(600),
    };
    await store.sessions.put(session);
    await store.users.disable(id);
    assert.equal((await store.users.find(id))?.disabled, true);
    assert.equal((await store.sessions.state(session.uid))?.alive, false);
    await store.users.enable(id);
    assert.equal((await store.users.find(id))?.disabled, false);
    assert.equal((await store.sessions.state(session.uid))?.alive, false);
  },

  'removing a user removes what belongs to them': async ({ store }) => {
    const id = await newUser(store);
    await store.passwords.put(id, 'hash');
    await store.sessions.put({
      uid: `${id}-s`,
      userId: id,
      evidence: [],
      authenticatedAt: 1,
      expiresAt: inSeconds(60),
    });
    assert.equal(await store.users.remove(id), true);
    assert.equal(await store.users.remove(id), false);
    assert.equal(await store.passwords.find(id), undefined);
    assert.equal(await store.sessions.state(`${id}-s`), undefined);
  },

  'a list pages by id and searches addresses and names, with no letter of the search being a pattern': async ({
    store,
  }) => {
    for (const id of ['list-a', 'list-b', 'list-c']) await store.users.insert({ id, email: `${id}_100%@example.com` });
    const ids = async (page: { after?: string; limit: number; search?: string }) => {
      return (await store.users.list(page)).map(({ id }) => id);
    };
    assert.deepEqual(await ids({ limit: 2, search: 'LIST-' }), ['list-a', 'list-b']);
    assert.deepEqual(await ids({ limit: 2, search: 'list-', after: 'list-b' }), ['list-c']);
    assert.deepEqual(await ids({ limit: 9, search: 'list-a_100%' }), ['list-a']);
    assert.deepEqual(await ids({ limit: 9, search: 'list_' }), []);
    assert.ok((await ids({ limit: 9 })).length >= 3);
  },
});
