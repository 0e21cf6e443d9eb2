// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources under test are written as plain strings
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, test } from 'node:test';
import { breaches, type Files, type Law } from './support/architecture.ts';

/** The import law. A room's row is everything it may import; what is not in it is forbidden. */
const LAW: Law = {
  rooms: {
    base: [],
    policy: [],
    risk: ['policy (types)'],
    config: ['base'],
    store: ['base'],
    audit: ['base', 'store'],
    verifiers: ['base', 'store'],
    messaging: ['base', 'store'],
    accounts: ['base', 'store', 'audit'],
    methods: ['base', 'policy (types)', 'verifiers', 'accounts', 'messaging'],
    factors: ['base', 'policy (types)', 'verifiers', 'accounts', 'messaging'],
    tasks: ['base', 'policy (types)', 'verifiers', 'accounts', 'messaging'],
    access: ['base', 'policy', 'risk', 'store', 'audit', 'accounts'],
    insights: ['base', 'policy', 'store'],
    signin: ['base', 'policy', 'store', 'audit', 'accounts', 'methods', 'factors', 'tasks', 'access'],
    oidc: ['base', 'policy', 'store', 'audit', 'accounts', 'access'],
    selfservice: ['base', 'policy', 'store', 'audit', 'messaging', 'accounts', 'factors', 'access'],
    management: ['base', 'policy', 'store', 'audit', 'accounts', 'access', 'insights'],
    web: [
      ...['base', 'policy', 'audit', 'messaging', 'accounts', 'methods', 'factors', 'tasks'],
      ...['access', 'insights', 'signin', 'selfservice', 'oidc', 'management'],
    ],
    commands: ['base', 'config', 'policy', 'access', 'management', 'operations.ts', 'doctor.ts'],
  },
  tops: {
    'app.ts': ['*', 'decisions.ts', 'messages.ts', 'metrics.ts', 'people.ts'],
    'metrics.ts': ['store', 'management', 'web'],
    'people.ts': ['*', 'decisions.ts', 'federation.ts', 'messages.ts', 'owners.ts', 'account-pages.ts'],
    'owners.ts': ['base', 'store', 'config', 'audit', 'accounts', 'messages.ts', 'notices.ts'],
    'account-pages.ts': [
      ...['base', 'config', 'store', 'audit', 'accounts', 'factors', 'access', 'management', 'selfservice'],
      ...['messages.ts', 'notices.ts'],
    ],
    'notices.ts': ['base', 'store', 'config', 'accounts', 'messaging', 'messages.ts'],
    'federation.ts': ['base', 'policy', 'store', 'config', 'audit', 'verifiers', 'accounts', 'management'],
    'main.ts': ['server.ts'],
    'server.ts': ['config', 'base', 'management', 'app.ts', 'workers.ts'],
    'workers.ts': ['base'],
    'decisions.ts': ['base', 'store', 'policy', 'access', 'management'],
    'messages.ts': ['base', 'store', 'config', 'audit', 'messaging', 'verifiers', 'accounts', 'methods', 'web'],
    'operations.ts': [
      ...['base', 'store', 'config', 'audit', 'messaging', 'accounts', 'access', 'oidc', 'management'],
      'decisions.ts',
    ],
    'doctor.ts': ['base', 'config', 'store', 'messaging', 'management', 'operations.ts'],
    'cli.ts': ['commands'],
  },
  packages: {
    'oidc-provider': ['oidc'],
    pg: ['store'],
    '@electric-sql/pglite': ['store'],
    ioredis: ['store'],
  },
  pure: ['policy', 'risk'],
  environment: ['src/config/', 'src/main.ts', 'src/cli.ts'],
  sqlRoom: 'store',
  forbiddenNames: ['utils', 'helpers', 'common', 'shared', 'lib', 'services', 'types'],
  longest: 300,
  medianBelow: 80,
};

const ROOT = join(import.meta.dirname, '..');

function readFiles(...folders: string[]): Files {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && path.endsWith('.ts')) {
        files.set(relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8'));
      }
    }
  }
  return files;
}

/** A small house that keeps the law, to break one thing in. */
function houseWith(changes: Record<string, string>): Files {
  const door = '/**\n * one\n * two\n * three\n * four\n * five\n */\n';
  return new Map(
    Object.entries({
      'src/app.ts': "import { db } from './store/index.ts';\nexport const app = db;\n",
      'src/server.ts': "import { app } from './app.ts';\nexport const serve = app;\n",
      'src/main.ts': "import { serve } from './server.ts';\nexport const run = () => serve(process.env);\n",
      'src/base/index.ts': `${door}export { id } from './id.ts';\n`,
      'src/base/id.ts': 'export const id = 1;\n',
      'src/store/index.ts': `${door}export { db } from './db.ts';\n`,
      'src/store/db.ts':
        "import { id } from '../base/index.ts';\nexport const db = sql`select a from b where c = ${id}`;\n",
      'src/policy/index.ts': `${door}export type Policy = { any: string[] };\n`,
      'src/risk/index.ts': `${door}import type { Policy } from '../policy/index.ts';\nexport type Risk = Policy;\n`,
      ...changes,
    }),
  );
}

describe('the house keeps its law (DESIGN sections 2 and 8)', () => {
  test('no file of src, test, examples or bench breaks it', () => {
    const said = breaches(readFiles('src', 'test', 'examples', 'bench'), LAW);
    assert.equal(said.join('\n'), '');
  });
});

describe('the checker sees every kind of breach', () => {
  const door = '/**\n * one\n * two\n * three\n * four\n * five\n */\n';
  const cases: [what: string, changes: Record<string, string>, expected: RegExp][] = [
    [
      'a cycle between rooms',
      { 'src/base/id.ts': "import { db } from '../store/index.ts';\nexport const id = db;\n" },
      /cycle: (base → store → base|store → base → store)/,
    ],
    [
      'an import that is not in the table',
      { 'src/store/db.ts': "import { run } from '../policy/index.ts';\nexport const db = run;\n" },
      /store may not import policy/,
    ],
    [
      'an import spread over lines',
      { 'src/store/db.ts': "export {\n  a, // one\n  b,\n} from '../policy/index.ts';\n" },
      /store may not import policy/,
    ],
    [
      'a late import that is not in the table',
      { 'src/store/db.ts': "export const db = () => import('../policy/index.ts');\n" },
      /store may not import policy/,
    ],
    [
      'more than types where only types are allowed',
      { 'src/risk/x.ts': "import { type Policy, check } from '../policy/index.ts';\nexport const x = check;\n" },
      /only types of policy/,
    ],
    [
      "an import round a room's door",
      { 'src/store/db.ts': "import { id } from '../base/id.ts';\nexport const db = id;\n" },
      /round the door of base/,
    ],
    [
      'app.ts going round a door',
      { 'src/app.ts': "import { db } from './store/db.ts';\nexport const app = db;\n" },
      /round the door of store/,
    ],
    [
      'an import out of the house',
      { 'src/base/id.ts': "export * from '../../test/x.ts';\n" },
      /base may not import test/,
    ],
    ['main.ts knowing too much', { 'src/main.ts': "import './store/index.ts';\n" }, /main.ts may not import store/],
    ['a new file beside the rooms', { 'src/x.ts': "import './base/index.ts';\n" }, /x.ts may not import base/],
    ["a file importing its own room's door", { 'src/base/x.ts': "import './index.ts';\n" }, /its own room's door/],
    ['the environment outside config', { 'src/base/x.ts': 'export const x = process.env.X;\n' }, /reads process.env/],
    ['the environment by import', { 'src/base/x.ts': "import { env } from 'node:process';\n" }, /reads process.env/],
    ['time in a pure room', { 'src/policy/x.ts': 'export const x = new Date();\n' }, /says Date/],
    ['chance in a pure room', { 'src/risk/x.ts': 'export const x = Math.random();\n' }, /says Math.random/],
    ['waiting in a pure room', { 'src/policy/x.ts': 'export const x = async () => await 1;\n' }, /says await/],
    ['Node in a pure room', { 'src/policy/x.ts': "import { isIP } from 'node:net';\n" }, /imports node:net/],
    ['a room that collects everything', { 'src/utils/index.ts': `${door}` }, /src\/utils: a room of this name/],
    ['a room outside the table', { 'src/novelty/index.ts': `${door}` }, /novelty: this room is not in the table/],
    ['a room without a door', { 'src/audit/x.ts': 'export const x = 1;\n' }, /src\/audit: the room has no door/],
    ['a door without its comment', { 'src/base/index.ts': "export { id } from './id.ts';\n" }, /this one has 0/],
    ['a door that talks too much', { 'src/base/index.ts': `/*${'\n * x'.repeat(11)}\n */\n` }, /this one has 11/],
    ['the library elsewhere', { 'src/base/x.ts': "import { Provider } from 'oidc-provider';\n" }, /only src\/oidc/],
    [
      "the library's inside",
      { 'src/oidc/index.ts': `${door}import 'oidc-provider/lib/x.js';\n` },
      /oidc-provider\/lib\/x.js is the library's inside/,
    ],
    ['SQL outside the store', { 'src/base/x.ts': 'export const x = sql`select 1`;\n' }, /x.ts: holds SQL/],
    ['SQL in a plain string', { 'src/base/x.ts': "export const x = 'delete from users';\n" }, /x.ts: holds SQL/],
    ['a long file', { 'test/x.ts': 'x();\n'.repeat(301) }, /test\/x.ts: 301 lines/],
    [
      'files that grow',
      Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`src/base/${n}.ts`, 'x();\n'.repeat(80)])),
      /median/,
    ],
    ['any', { 'src/base/x.ts': 'export const x = (y: any) => y;\n' }, /has the type any/],
    ['an enum', { 'src/base/x.ts': 'export enum X { a }\n' }, /has an enum/],
    ['a default export', { 'src/base/x.ts': 'export default 1;\n' }, /has a default export/],
  ];
  for (const [what, changes, expected] of cases) {
    test(what, () => {
      const said = breaches(houseWith(changes), LAW);
      assert.match(said.join('\n'), expected);
    });
  }

  test('a house that keeps the law has no breach', () => {
    assert.deepEqual(breaches(houseWith({}), LAW), []);
  });

  test('words in comments, strings, templates and regular expressions are no breach', () => {
    const text = [
      "// import { x } from '../store/index.ts'; process.env await Date",
      '/* export default Math.random() */',
      'export const a = "process.env", b = \'await Date\', c = /process.env["\']/;',
      'export const d = `Date ${[`await ${{ e: 1 }.e}`].join()} await`;',
    ].join('\n');
    assert.deepEqual(breaches(houseWith({ 'src/policy/x.ts': text }), LAW), []);
  });

  test('code inside a template is still code', () => {
    const text = 'export const a = `${`${{ now: new Date() }}`}`;\n';
    assert.match(breaches(houseWith({ 'src/policy/x.ts': text }), LAW).join('\n'), /says Date/);
  });
});
