import assert from 'node:assert/strict';
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createLanguages } from '../../src/web/languages.ts';

const views = new URL('../../views/', import.meta.url);
const directory = new URL('languages/', views);
const languages = createLanguages({ directory });
const PLURAL = /_(zero|one|two|few|many|other)$/;

type Words = { [key: string]: string | Words };

function flat(words: Words, prefix = ''): [key: string, text: string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value]] : flat(value, `${prefix}${key}.`),
  );
}

const read = (file: string) => new Map(flat(JSON.parse(readFileSync(new URL(file, directory), 'utf8'))));
const english = read('en.json');
const files = readdirSync(directory);

test('every language says everything that English says and nothing else, in all plural forms it has (CLDR)', async (t) => {
  const plurals = [...english.keys()].filter((key) => key.endsWith('_other')).map((key) => key.replace(PLURAL, ''));
  for (const file of files) {
    await t.test(file, () => {
      const { pluralCategories } = new Intl.PluralRules(file.slice(0, -5)).resolvedOptions();
      const wanted = [...english.keys()].filter((key) => !plurals.includes(key.replace(PLURAL, '')));
      for (const key of plurals) wanted.push(...pluralCategories.map((category) => `${key}_${category}`));
      assert.deepEqual([...read(file).keys()].sort(), wanted.sort());
    });
  }
});

test('every sentence has the gaps that its English one has, and is not empty', async (t) => {
  const gaps = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].filter((gap) => gap !== '{{count}}').sort();
  for (const file of files) {
    await t.test(file, () => {
      for (const [key, text] of read(file)) {
        assert.notEqual(text.trim(), '', key);
        const original = english.get(key) ?? english.get(key.replace(PLURAL, '_other')) ?? '';
        assert.deepEqual(gaps(text), gaps(original), key);
      }
    });
  }
});

test('every sentence that a template asks for by name exists', () => {
  const asked = globSync('**/*.eta', { cwd: fileURLToPath(views), exclude: ['mail/**'] }).flatMap((file) =>
    [...readFileSync(new URL(file, views), 'utf8').matchAll(/it\.(?:t|around)\('([^']+)'/g)].map(
      ([, key]) => key ?? '',
    ),
  );
  assert.ok(asked.length > 50);
  assert.deepEqual(
    asked.filter((key) => !languages.has('en', key)),
    [],
  );
});

test('we speak without blame and without jargon, in every language', () => {
  for (const file of files) {
    for (const [key, text] of read(file))
      assert.doesNotMatch(text, /!|\b(OTP|MFA|IdP|OIDC|please|oops)\b/i, `${file} ${key}`);
  }
});

test('a heading never breaks inside “e-mail”', () => {
  for (const file of files) {
    for (const [key, text] of read(file))
      if (key.endsWith('.title') && !key.startsWith('mail.')) assert.doesNotMatch(text, /e-mail/i, `${file} ${key}`);
  }
});

test('where no app has a name, no sentence begins with “your account” or bends it wrongly', () => {
  const aboutAnApp = /^(mail|sms|consent|device)[./]/;
  for (const file of files) {
    // In German “Ihrem Konto” stands after zu, bei and mit, and nowhere else.
    const wrong = file === 'de.json' ? /(?<!\b(zu|bei|mit) )\{\{client\}\}/i : /(^|[.?!:] )\{\{client\}\}/;
    const words = read(file);
    for (const [key, text] of words)
      if (wrong.test(text) && !aboutAnApp.test(key)) assert.ok(words.has(`${key}_unnamed`), `${file} ${key}`);
  }
});

test('adding a language is adding its file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'languages-'));
  cpSync(directory, folder, { recursive: true });
  writeFileSync(join(folder, 'pt-BR.json'), '{"language":{"name":"Português","dir":"ltr"}}');
  const more = createLanguages({ directory: pathToFileURL(`${folder}/`) });
  assert.equal(more.names.length, languages.names.length + 1);
  assert.deepEqual(
    more.names.find(({ tag }) => tag === 'pt-BR'),
    { tag: 'pt-BR', name: 'Português' },
  );
  assert.equal(more.pick(['pt-br', 'de']), 'pt-BR');
  assert.equal(more.t('pt-BR', 'form.continue'), 'Continue');
});

test('the first wanted language that we have is taken, by shorter forms too (RFC 4647 section 3.4)', () => {
  assert.equal(languages.pick(['xx', 'DE-at', 'fr']), 'de');
  assert.equal(languages.pick(['zh-Hant-TW', 'es-419']), 'es');
  assert.equal(languages.pick(['*', 'xx']), 'en');
  assert.equal(languages.pick([]), 'en');
  assert.equal(languages.pick(['__proto__', 'constructor', '']), 'en');
});

test('a value is never read as a template of its own', () => {
  const client = '$t(error.busy) {{client}} {{count}} <b>';
  assert.equal(languages.t('en', 'layout.back', { client }), `Back to ${client}`);
});

test('in a right-to-left sentence a foreign name is isolated (UAX 9)', () => {
  assert.equal(languages.dir('ar'), 'rtl');
  assert.ok(languages.t('ar', 'layout.back', { client: 'Auto' }).includes('\u2068Auto\u2069'));
  assert.ok(!languages.t('de', 'layout.back', { client: 'Auto' }).includes('\u2068'));
});
