// needs: postgres
import assert from 'node:assert/strict';
import { createRecorder } from '../../src/audit/index.ts';
import { createLog, createSealing, systemClock } from '../../src/base/index.ts';
import { createApply, exportDocument, openSnapshots, readDocument } from '../../src/management/index.ts';
import { type Opened, onEveryDriver } from './drivers.ts';

const SECRET = 'the-secret-that-a-captcha-provider-gave';
const OLD = 'the master secret of last year, long enough';
const NEW = 'the master secret of this year, long enough';
const log = createLog('silent');

const file = (secret: string) => {
  const read = readDocument({ settings: { bot_check: { provider: 'hcaptcha', site_key: 'site', secret } } });
  assert.ok(read.ok);
  return read.desired;
};

function house({ store, notices }: Opened, ...secrets: [string, ...string[]]) {
  const sealing = createSealing(secrets);
  const recorder = createRecorder({ rows: store.auditEvents, log, clock: systemClock });
  const files = createApply({ store, recorder, sealing, checkClient: () => undefined });
  return {
    apply: (secret: string) => files.apply(file(secret), { by: 'a.yaml' }),
    changes: async (secret: string) => (await files.plan(file(secret))).differences.length,
    async secretInForce() {
      const snapshots = await openSnapshots({
        issuer: 'https://id.test',
        store,
        notices,
        sealing,
        onChange: async () => {},
        log,
      });
      snapshots.stop();
      return snapshots.current().settings.bot_check.secret;
    },
  };
}

onEveryDriver({
  'a secret that has to be read again is sealed in the database and its history, and open in memory': async (
    opened,
  ) => {
    const { apply, changes, secretInForce } = house(opened, NEW);
    await apply(SECRET);
    const { resources } = opened.store;
    const kept = JSON.stringify([await resources.all(), await resources.versions('settings', 'default')]);
    assert.ok(kept.includes('hcaptcha') && !kept.includes(SECRET));
    assert.equal(await secretInForce(), SECRET);
    assert.equal(await changes(SECRET), 0, 'the same file changes nothing');
    assert.equal(await changes('another'), 1);
  },

  'an export names a reference in its place': async (opened) => {
    await house(opened, NEW).apply(SECRET);
    const { settings } = exportDocument(await opened.store.resources.all()) as { settings: { bot_check: object } };
    const { provider, site_key, secret } = settings.bot_check as Record<string, unknown>;
    assert.deepEqual([provider, site_key, secret], ['hcaptcha', 'site', { env: 'BOT_CHECK_SECRET' }]);
  },

  'it outlives a rotation of the master secret; when the old one is gone, the file gives it anew': async (opened) => {
    await house(opened, OLD).apply(SECRET);
    assert.equal(await house(opened, NEW, OLD).secretInForce(), SECRET);
    const { apply, secretInForce } = house(opened, NEW);
    assert.equal(await secretInForce(), undefined, 'nothing else suffers');
    await apply(SECRET);
    assert.equal(await secretInForce(), SECRET);
  },

  'a provider without its keys is a mistake in the file': async () => {
    const read = readDocument({ settings: { bot_check: { provider: 'turnstile', site_key: 'site' } } });
    assert.deepEqual(read, { ok: false, problems: ['settings.bot_check.secret: must be what turnstile gave you.'] });
  },
});
