import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChanges, readDocument } from '../../src/management/index.ts';

const SECRET = 'a-client-secret-of-thirty-two-characters';
const file = {
  clients: [
    {
      client_id: 'app',
      client_secret: SECRET,
      redirect_uris: ['https://app.example/cb'],
      terms: ['tos'],
      attributes: ['plan'],
    },
  ],
  terms: [{ id: 'tos', version: 2, title: 'Terms', uri: 'https://app.example/terms' }],
  attributes: [{ name: 'plan', type: 'choice', choices: ['basic'] }],
};

test('every problem of a file is named with its place, all at once', () => {
  const read = readDocument({
    clients: [
      { client_id: 'a', redirect_uris: ['not a uri'], methods: ['magic'], client_sceret: 'x' },
      { client_id: 'b', terms: ['nowhere'], attributes: ['shoe_size'] },
      { client_id: 'b' },
    ],
    apis: [{ indicator: 'nothing' }],
    policies: [],
  });
  assert.ok(!read.ok);
  const all = read.problems.join('\n');
  for (const place of [
    'policies:',
    'clients[0].redirect_uris[0]:',
    'clients[0].methods[0]:',
    'client_sceret',
    'apis[0].indicator:',
    'no terms nowhere',
    'no attribute shoe_size',
    'b is there twice',
  ]) {
    assert.ok(all.includes(place), `${place} in\n${all}`);
  }
});

test('a secret is kept as a digest, and the same file changes nothing the second time', () => {
  const read = readDocument(file);
  assert.ok(read.ok);
  assert.ok(!JSON.stringify(read.desired).includes(SECRET));
  const rows = read.desired.map((one) => ({ ...one, version: 1, source: 'file' as const }));
  assert.deepEqual(planChanges(read.desired, rows), { put: [], remove: [] });
});

test('what left the file goes, what others brought stays', () => {
  const brought = { version: 1, body: {} };
  const rows = [
    { kind: 'client', id: 'gone', source: 'file' as const, ...brought },
    { kind: 'client', id: 'registered', source: 'registration' as const, ...brought },
  ];
  assert.deepEqual(planChanges([], rows), { put: [], remove: [{ kind: 'client', id: 'gone' }] });
});

test('an attribute cannot take the name of a claim or field that means something else', () => {
  for (const name of ['sub', 'email_verified', 'password', 'given_name', 'amr']) {
    assert.ok(!readDocument({ attributes: [{ name }] }).ok, name);
  }
});
