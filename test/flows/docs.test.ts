// needs: postgres
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { readConfigFile } from '../../src/config/index.ts';
import { SETTINGS } from '../../src/config/schema.ts';
import { readDocument } from '../../src/management/index.ts';
import { resources } from '../../src/management/resources.ts';
import { autoApp, browserFor, register, signIn, somebody } from '../support/people.ts';
import { createBrowser } from '../support/rp.ts';
import { startBacking, startServer } from '../support/server.ts';
import { freePort } from '../support/services.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The code blocks of a document in one language. */
function blocks(path: string, language: string): string[] {
  return [...read(path).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  );
}

/** The rows of every table below a heading: each cell as it is written. */
function rowsBelow(path: string, heading: string): string[][] {
  const section = read(path).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()));
  return rows.filter(([first = '']) => first.startsWith('`'));
}

const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** Runs a program of the documents as it stands there, from the project's folder. */
function program(text: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end(text);
  return { child, output: () => output };
}

test('what the documents say about settings is what the program knows', async (t) => {
  await t.test('operating.md has every environment variable with its default, and no other', () => {
    const documented = rowsBelow('docs/operating.md', 'Environment').map(([name, standard]) => [
      namesIn(name)[0],
      standard,
    ]);
    const known = Object.values(SETTINGS).map(({ env, type }) => [env, defaultOf(type)]);
    assert.deepEqual(documented.sort(), known.sort());
  });

  await t.test('configuration.md has every section and field, and no other', () => {
    for (const { section, schema } of resources) {
      const documented = rowsBelow('docs/configuration.md', `\`${section}\``).flatMap(([name]) => namesIn(name));
      assert.deepEqual(documented.sort(), fieldsOf(schema).sort(), section);
    }
  });

  await t.test('every configuration file of the documents is accepted, and so are those that come along', () => {
    const secret = 'x'.repeat(32);
    const names = ['CLAIMS_MACHINE_CLIENT', 'GOOGLE', 'MICROSOFT', 'FACEBOOK', 'GITHUB', 'ACME'];
    const env = {
      ...Object.fromEntries(names.map((name) => [`${name}_SECRET`, secret])),
      APPLE_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----',
    };
    const federation = readdirSync(join(ROOT, 'docs/federation')).map((name) => `docs/federation/${name}`);
    const documented = ['README.md', 'docs/configuration.md', 'docs/account.md', ...federation].flatMap((path) =>
      blocks(path, 'yaml'),
    );
    for (const text of [...documented, read('docker/sallyport.yaml'), read('examples/demo.yaml')]) {
      const file = readConfigFile({ text }, env);
      assert.ok(file.ok, JSON.stringify(file));
      const document = readDocument(file.document);
      assert.ok(document.ok, JSON.stringify(document));
    }
  });

  await t.test('every link to a file leads to one', () => {
    const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`);
    const texts = [...pages.filter((name) => name.endsWith('.md')), 'README.md', 'CONTRIBUTING.md', 'SECURITY.md'];
    for (const path of texts) {
      for (const [, target = ''] of read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        assert.ok(existsSync(join(ROOT, dirname(path), target)), `${path} links to ${target}`);
      }
    }
  });
});

test('the programs of the documents run as they stand there', async (t) => {
  const backing = await startBacking('postgres');
  t.after(backing.close);
  const port = await freePort();
  const app = `http://localhost:${port}`;
  const ours = (text: string) => text.replaceAll('http://localhost:8080', app).replaceAll('8080', String(port));
  const file = `${ours(read('docker/sallyport.yaml'))}
  - client_id: auto
    token_endpoint_auth_method: none
    first_party: true
    scope: openid email
    redirect_uris: [http://auto.test/callback]
`;
  const server = await startServer({ backing, file });
  t.after(server.stop);
  const person = somebody();
  const other = await autoApp(server.issuer, 'openid email');
  await register(server, other, browserFor(server.issuer), person);

  await t.test("README's app signs somebody in and shows their claims", async (t) => {
    const [text = ''] = blocks('README.md', 'js');
    const running = program(ours(text.replaceAll('http://localhost:3000', server.issuer)));
    t.after(() => running.child.kill());
    for (let tries = 0; tries < 100 && !(await answers(app)); tries++)
      await new Promise((done) => setTimeout(done, 50));
    const browser = createBrowser({ origins: [server.issuer, app] });
    const password = await browser.submit(await browser.get(app), { username: person.email });
    const shown = await browser.submit(password, { 'current-password': person.password });
    assert.match(shown.page.text, new RegExp(`"email": "${person.email}"`));
  });

  await t.test('the JSON steps of sign-in.md lead to a code', async () => {
    const [text = ''] = blocks('docs/sign-in.md', 'js');
    const env = { ISSUER: server.issuer, EMAIL: person.email, PASSWORD: person.password };
    const running = program(ours(text), env);
    const [code] = await once(running.child, 'close');
    assert.equal(code, 0);
    assert.match(running.output(), /^sign-in\/identify\nsign-in\/password\nhttp:\/\/localhost:\d+\/callback\?code=\S+/);
  });

  await t.test('and the person signs in elsewhere as before', async () => {
    assert.ok((await signIn(other, browserFor(server.issuer), person)).id_token);
  });
});

async function answers(address: string): Promise<boolean> {
  const answer = await fetch(address, { redirect: 'manual' }).catch(() => undefined);
  return answer !== undefined;
}

/** As the table writes it. */
function defaultOf(type: z.ZodType): string {
  const read = z.object({ value: type }).safeParse({});
  if (!read.success) return 'required';
  const { value } = read.data as { value?: unknown };
  const isNothing = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
  return isNothing ? '—' : `\`${String(value)}\``;
}

/** Names of fields; of a group of settings, `group.field`. */
function fieldsOf(schema: unknown): string[] {
  const { shape } = schema as z.ZodObject;
  return Object.entries(shape).flatMap(([name, type]) => {
    const inner = type instanceof z.ZodPrefault ? type.unwrap() : type;
    return inner instanceof z.ZodObject ? Object.keys(inner.shape).map((field) => `${name}.${field}`) : [name];
  });
}
