import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { didYouMean, readConfigFile } from '../../src/config/index.ts';

const FILES: Record<string, string> = {
  '/etc/sallyport/site.yaml': 'identity_providers:\n  - { id: acme, client_secret: { file: acme.secret } }\n',
  '/etc/sallyport/acme.secret': 'from a file\n',
  '/run/empty': '\n',
};

const outside = {
  readFile: (path: string): string => {
    const text = FILES[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  },
};

const read = (text: string, env: Record<string, string> = {}) => readConfigFile({ text }, env, outside);

function problems(text: string): string[] {
  const result = read(text);
  return result.ok ? [] : result.problems;
}

describe('a good file', () => {
  test('becomes a document of its sections as they are written', () => {
    const result = read(`
settings: { password: { min_length: 8 } }
clients:
  - client_id: auto
    redirect_uris: [https://auto.example/cb]
apis: []
terms: [{ id: t, version: 2026-01-01 }]
branding: { title: Example }
`);
    assert.deepEqual(result, {
      ok: true,
      document: {
        settings: { password: { min_length: 8 } },
        clients: [{ client_id: 'auto', redirect_uris: ['https://auto.example/cb'] }],
        apis: [],
        terms: [{ id: 't', version: '2026-01-01' }],
        branding: { title: 'Example' },
      },
      warnings: [],
    });
  });

  test('may be empty, or JSON', () => {
    assert.deepEqual(read('# nothing yet\n'), { ok: true, document: {}, warnings: [] });
    assert.deepEqual(read('{"groups": ["a"]}'), { ok: true, document: { groups: ['a'] }, warnings: [] });
  });

  test('has its secrets put in place, from the environment and from files beside it', () => {
    const result = read('clients: [{ client_secret: { env: AUTO } }, { jwks: { keys: [{ env: KEY }] } }]', {
      AUTO: 'one',
      KEY: 'two',
    });
    assert.ok(result.ok);
    assert.deepEqual(result.document.clients, [{ client_secret: 'one' }, { jwks: { keys: ['two'] } }]);
    assert.deepEqual(result.warnings, []);

    const fromFile = readConfigFile({ path: '/etc/sallyport/site.yaml' }, {}, outside);
    assert.ok(fromFile.ok);
    assert.deepEqual(fromFile.document.identity_providers, [{ id: 'acme', client_secret: 'from a file' }]);
  });

  test('can be read without its secrets by those who do not need them', () => {
    const text = 'clients: [{ client_secret: { env: AWAY } }, { client_secret: { file: away } }]';
    const result = readConfigFile({ text }, {}, { ...outside, secrets: 'optional' });
    assert.ok(result.ok);
    const [one, two] = result.document.clients as { client_secret: string }[];
    assert.ok(one?.client_secret.length === 64 && two?.client_secret.length === 64);
    assert.equal(read(text).ok, false);
  });

  test('may have policies about attributes that are called env or file', () => {
    const policies = [{ name: 'a', if: { attribute: { env: 'prod' } } }];
    assert.deepEqual(read(JSON.stringify({ policies })), { ok: true, document: { policies }, warnings: [] });
  });

  test('with a secret written out is accepted with a warning that does not repeat it', () => {
    const result = read('clients: [{}, { client_secret: hunter2, token_endpoint_auth_method: client_secret_basic }]');
    assert.ok(result.ok);
    assert.deepEqual(result.warnings, [
      'clients[1].client_secret is written out in the file: keep it outside, as { env: NAME } or { file: PATH }.',
    ]);
  });

  test('may name a key __proto__ without changing anything else', () => {
    const result = read('branding: { __proto__: { admin: true } }');
    assert.ok(result.ok);
    assert.equal(Reflect.get(result.document.branding ?? {}, 'admin'), undefined);
  });
});

const BOMB = `settings:
  a: &a [x, x, x, x, x, x, x, x, x, x]
  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
  d: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
`;

const WRONG: [what: string, text: string, expected: RegExp[]][] = [
  ['a section that does not exist', 'client: []', [/^client is no section; did you mean clients\?$/]],
  ['a section far from any', 'colours: []', [/^colours is no section: sections are settings, clients, apis, /]],
  ['a section without content', 'clients:', [/^clients must be a list or a map/]],
  ['no map', '- clients', [/^The file must be a map of sections/]],
  ['no YAML', 'clients: [', [/^Line 1: /]],
  ['a key twice', 'clients: []\nclients: []', [/^Line 2: Map keys must be unique/]],
  ['a key twice further down', 'branding:\n  title: a\n  title: b', [/^Line 3: Map keys must be unique/]],
  ['two documents', 'clients: []\n---\nclients: []', [/^Line \d: .*multiple documents/]],
  ['a tag that means nothing', 'clients: !secret x', [/^Line 1: Unresolved tag: !secret/]],
  ['an alias bomb', BOMB, [/^The file cannot be read as YAML: Excessive alias count/]],
  [
    'a variable that is not set',
    'clients: [{}, {}, { client_secret: { env: NONE } }]',
    [/^clients\[2\]\.client_secret: the environment variable NONE is not set\.$/],
  ],
  [
    'a file that is not there',
    'sms: { token: { file: /run/none } }',
    [/^sms\.token: the file \/run\/none cannot be read \(ENOENT\)\.$/],
  ],
  ['an empty file', 'sms: { token: { file: /run/empty } }', [/^sms\.token: the file \/run\/empty is empty\.$/]],
  ['several things', 'clint: []\nsms: { a: { env: A }, b: { env: B } }', [/^clint is/, /^sms\.a: /, /^sms\.b: /]],
];

describe('a wrong file is refused with every problem and its place', () => {
  for (const [what, text, expected] of WRONG) {
    test(what, () => {
      const found = problems(text);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? '', pattern);
    });
  }

  test('a file that is not there', () => {
    const result = readConfigFile({ path: '/etc/none.yaml' }, {}, outside);
    assert.deepEqual(result, {
      ok: false,
      problems: ['The configuration file /etc/none.yaml cannot be read (ENOENT).'],
    });
  });

  test('what is wrong is named without quoting lines that may hold secrets', () => {
    assert.doesNotMatch(problems('clients: [{ client_secret: hunter2').join('\n'), /hunter2/);
  });
});

describe('did you mean', () => {
  test('names the nearest word and keeps quiet when none is near', () => {
    assert.equal(didYouMean('polices', ['policies', 'clients']), 'policies');
    assert.equal(didYouMean('Networks', ['networks']), 'networks');
    assert.equal(didYouMean('sms', ['apis']), undefined);
    assert.equal(didYouMean('', ['sms']), undefined);
  });
});
