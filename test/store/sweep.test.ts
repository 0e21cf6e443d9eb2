// needs: postgres
import assert from 'node:assert/strict';
import { createEphemeralPostgres } from '../../src/store/ephemeral-postgres.ts';
import { sql } from '../../src/store/sql.ts';
import { createSweep } from '../../src/store/sweep.ts';
import { inSeconds, newUser, onEveryDriver } from './drivers.ts';

onEveryDriver({
  'what has expired goes, in as many batches as it takes, and the rest stays': async ({ store, db }) => {
    const ephemeral = createEphemeralPostgres(db);
    for (let n = 0; n < 5; n++) await ephemeral.put({ key: `old-${n}`, value: n, ttl: -1 });
    await ephemeral.put({ key: 'new', value: 1, ttl: 60 });
    const code = { purpose: 'p', codeMac: 'm' };
    await store.codes.create({ ...code, id: 'old', subject: 'old', ttl: -1 });
    await store.codes.create({ ...code, id: 'new', subject: 'new', ttl: 60 });
    await store.replayIds.claim('aa', inSeconds(-1));
    await store.replayIds.claim('bb', inSeconds(60));
    const userId = await newUser(store);
    const session = { userId, evidence: [], authenticatedAt: 1 };
    await store.sessions.put({ ...session, uid: 'long-past', expiresAt: inSeconds(-31 * 86_400) });
    await store.sessions.put({ ...session, uid: 'just-ended', expiresAt: inSeconds(-1) });
    await db.run(sql`
      insert into tokens (id, kind, payload, expires_at)
      values ('\x01', 'AuthorizationCode', '{}', now() - interval '1 second'), ('\x02', 'RefreshToken', '{}', null)`);

    const removed = await createSweep(db, 2)();
    assert.deepEqual(removed, {
      ...{ tokens: 1, grants: 0, replay_ids: 1, one_time_codes: 1, attempts: 0, sessions: 1, outbox: 0, ephemeral: 5 },
      ...{
        access_passes: 0,
        decisions: 0,
        sms_sends: 0,
        upstream_sessions: 0,
        contact_changes: 0,
        recovery_waits: 0,
        data_exports: 0,
      },
    });
    assert.deepEqual(Object.values(await createSweep(db)()).filter(Boolean), []);
    assert.equal(await ephemeral.get('new'), 1);
    assert.equal(await store.replayIds.claim('bb', inSeconds(60)), false);
    assert.notEqual(await store.sessions.state('just-ended'), undefined);
  },
});
