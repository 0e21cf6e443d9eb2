import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/base/index.ts';
import { exportDocument, planChanges, readDocument } from '../../src/management/index.ts';

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
      { client_id: 'b', identity_providers: ['ghost'], terms: ['nowhere'], attributes: ['shoe_size'] },
      { client_id: 'b' },
    ],
    apis: [{ indicator: 'nothing' }],
    identity_providers: [
      { id: 'acme', type: 'oidc', client_id: 'x', client_secret: 'y' },
      { id: 'idp', type: 'saml' },
    ],
    shops: [],
  });
  assert.ok(!read.ok);
  const all = read.problems.join('\n');
  for (const place of [
    'shops:',
    'identity_providers[0].issuer:',
    'identity_providers[1].metadata_url:',
    'clients[0].redirect_uris[0]:',
    'clients[0].methods[0]:',
    'client_sceret',
    'apis[0].indicator:',
    'no identity provider ghost',
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

test('problems of policies and of what is expected of them say where they are', () => {
  const read = readDocument(
    parse(`
policies:
  - { name: Fine, then: { block: true } }
  - { name: Wrong, if: { contry: [DE] }, then: { block: true } }
  - { name: Fine, then: { require: [mfa] } }
policy_tests: [{ name: a, given: { contry: DE }, expect: { outcome: allow } }]
networks: [{ id: office, cidrs: [203.0.113.0/33] }]
groups: [{ id: Not this }]
`),
  );
  assert.ok(!read.ok);
  assert.deepEqual(read.problems, [
    'networks[0].cidrs[0]: must be a network in CIDR notation, such as 10.0.0.0/8.',
    'groups[0].id: must be lower-case letters, digits, - and _.',
    'policies[1].if.contry: unknown test; did you mean country?',
    'policies[2].name: policies[0] has the same name.',
    'policy_tests[0].given.contry: unknown signal; did you mean country?',
  ]);
});

test('a policy is kept as it was written, and exported in the order in which people read it', () => {
  const policy = parse('{ name: Home, if: { client: [home] }, then: { require: [mfa] } }');
  const read = readDocument({ policies: [policy] });
  assert.ok(read.ok);
  assert.deepEqual(read.desired, [{ kind: 'policy', id: 'Home', body: policy }]);
  // The database gives the fields in an order of its own.
  const body = Object.fromEntries(Object.entries(policy).reverse()) as JsonObject;
  const exported = exportDocument([{ kind: 'policy', id: 'Home', version: 1, source: 'file', body }]);
  assert.equal(JSON.stringify(exported), JSON.stringify({ policies: [policy] }));
});
