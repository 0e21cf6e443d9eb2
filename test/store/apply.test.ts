// needs: postgres
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { createRecorder } from '../../src/audit/index.ts';
import { createLog, createSealing, systemClock } from '../../src/base/index.ts';
import {
  createApply,
  createDirectory,
  createGroupMembership,
  openSnapshots,
  readDocument,
} from '../../src/management/index.ts';
import type { Store } from '../../src/store/index.ts';
import { newUser, onEveryDriver } from './drivers.ts';

function desired(text: string) {
  const read = readDocument(parse(text) ?? {});
  assert.ok(read.ok, JSON.stringify(read));
  return read.desired;
}

const recorderOf = (store: Store) =>
  createRecorder({ rows: store.auditEvents, log: createLog('silent'), clock: systemClock });

const sealing = createSealing(['the master secret of these tests, long enough']);

function applyTo(store: Store) {
  const files = createApply({ store, recorder: recorderOf(store), sealing, checkClient: () => undefined });
  return (text: string, options: { by?: string; force?: boolean } = {}) =>
    files.apply(desired(text), { by: 'a.yaml', ...options });
}

/** What an audit of resources tells since it was last asked. */
async function events(store: Store, after: string[]) {
  const all = await store.auditEvents.list({ types: ['resource.changed'], limit: 1000 });
  const fresh = all.filter(({ id }) => !after.includes(id)).reverse();
  after.push(...fresh.map(({ id }) => id));
  return fresh.map(({ data: { kind, id, change, version, by } }) => `${by}: ${change} ${kind} ${id} ${version}`);
}

const policy = (name: string, rest: string) => `policies: [{ name: ${name}, mode: enforce, ${rest} }]\n`;
const MFA = policy('Home', 'then: { require: [mfa] }');
const SHUT = policy('Home', 'then: { block: true }');

onEveryDriver({
  'a change is on record with its version and by whom, in the transaction that makes it': async ({ store }) => {
    const [apply, seen] = [applyTo(store), [] as string[]];
    await events(store, seen);
    await apply(`groups: [{ id: staff }]\n${MFA}`, { by: '/etc/sallyport.yaml' });
    assert.deepEqual(await events(store, seen), [
      '/etc/sallyport.yaml: put group staff 1',
      '/etc/sallyport.yaml: put policy Home 1',
    ]);
    await apply(`groups: [{ id: staff }]\n${MFA}`);
    assert.deepEqual(await events(store, seen), [], 'what changes nothing is no change');
    await apply('groups: [{ id: staff, description: Colleagues }]', { by: 'ada' });
    assert.deepEqual(await events(store, seen), ['ada: put group staff 2', 'ada: removed policy Home 2']);
    assert.deepEqual(
      (await store.resources.versions('policy', 'Home')).map(({ version, changedBy, body }) => [
        ...[version, changedBy, body === undefined],
      ]),
      [
        [2, 'ada', true],
        [1, '/etc/sallyport.yaml', false],
      ],
    );
    await apply('');
  },

  'policies that lock every administrator out are refused, unless forced; then they stand until they are changed':
    async ({ store }) => {
      const apply = applyTo(store);
      await apply(MFA);
      const refused = await apply(SHUT);
      assert.match(refused.problems.join(), /policies "Home": locks every administrator out.* sallyport apply --force/);
      assert.deepEqual(refused.differences, []);
      assert.deepEqual((await applied(store)).body.then, { require: ['mfa'] });

      const forced = await apply(SHUT, { force: true });
      assert.deepEqual(forced.problems, []);
      assert.match(forced.warnings.join(), /locks every administrator out/);
      assert.deepEqual((await applied(store)).body.then, { block: true });

      const more = await apply(`groups: [{ id: staff }]\n${SHUT}`);
      assert.deepEqual(more.problems, [], 'what was insisted on is not asked again at the next start');
      assert.match(more.warnings.join(), /locks every administrator out/);
      const another = await apply(policy('Other', 'then: { block: true }'));
      assert.match(another.problems.join(), /"Other": locks every administrator out/);
      await apply('');
    },

  'an expectation that does not come true refuses the whole file, and no force helps': async ({ store }) => {
    const apply = applyTo(store);
    const given = '{ groups: [], evidence: [password] }';
    const text = `groups: [{ id: staff }]
${MFA}policy_tests: [{ name: Let in, given: ${given}, expect: { outcome: allow } }]`;
    for (const force of [false, true]) {
      const { problems } = await apply(text, { force });
      assert.deepEqual(problems, [
        'policy_tests "Let in" does not come true: the outcome is step_up (mfa), not allow.',
      ]);
    }
    assert.equal(await store.resources.find('group', 'staff'), undefined);
  },

  'policies are judged with what others brought: a group made elsewhere counts': async ({ store }) => {
    const apply = applyTo(store);
    const text = policy('Home', 'if: { group: [partners] }, then: { require: [mfa] }');
    assert.match((await apply(text)).problems.join(), /there is no group partners/);
    await store.resources.put('group', 'partners', { id: 'partners' }, 'api', 'ada');
    assert.deepEqual((await apply(text)).problems, []);
    await store.resources.remove('group', 'partners', 'ada');
    await apply('');
  },

  'servers that start together with one file make one version of it': async ({ store }) => {
    const apply = applyTo(store);
    await Promise.all(Array.from({ length: 5 }, () => apply('groups: [{ id: together }]')));
    assert.equal((await store.resources.versions('group', 'together')).length, 1);
    await apply('');
  },

  'an app that registers by itself is on record as having done so': async ({ store, notices }) => {
    const log = createLog('silent');
    const snapshots = await openSnapshots({
      issuer: 'https://id.test',
      store,
      notices,
      sealing,
      onChange: async () => {},
      log,
    });
    const directory = createDirectory({ store, snapshots, recorder: recorderOf(store) });
    const seen: string[] = [];
    await events(store, seen);
    await directory.registerClient('new-app', { redirect_uris: ['https://new.example/cb'] });
    assert.deepEqual(await events(store, seen), ['registration: put client new-app 1']);
    assert.equal((await store.resources.versions('client', 'new-app'))[0]?.changedBy, 'registration');
    assert.ok(directory.client('new-app'), 'and known at once');
    snapshots.stop();
  },

  'who is put into a group, or taken out, is on record once, and by whom': async ({ store }) => {
    const groups = createGroupMembership({ store, recorder: recorderOf(store) });
    const user = await newUser(store);
    assert.equal(await groups.add(user, 'staff', 'ada'), true);
    assert.equal(await groups.add(user, 'staff', 'kim'), false);
    assert.deepEqual((await store.users.find(user))?.groups, ['staff']);
    assert.equal(await groups.remove(user, 'staff', 'kim'), true);
    assert.equal(await groups.remove(user, 'staff', 'ada'), false);
    assert.equal(await groups.add('nobody', 'staff', 'ada'), false);
    const recorded = (await store.auditEvents.list({ userId: user, limit: 10 })).map(({ type, data }) => [type, data]);
    assert.deepEqual(recorded, [
      ['user.group_removed', { group: 'staff', by: 'kim' }],
      ['user.group_added', { group: 'staff', by: 'ada' }],
    ]);
  },
});

async function applied(store: Store) {
  const row = await store.resources.find('policy', 'Home');
  assert.ok(row);
  return row;
}
