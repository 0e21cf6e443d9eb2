import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createAssets } from '../../src/web/assets.ts';
import { createLanguages } from '../../src/web/languages.ts';
import { createViews, type Page } from '../../src/web/views.ts';
import { accountPages } from '../support/gallery-account.ts';
import { federation } from '../support/gallery-federation.ts';
import { firstDoor } from '../support/gallery-pages.ts';
import { secondDoor } from '../support/gallery-second-door.ts';

const scenes = [...firstDoor, ...secondDoor, ...federation, ...accountPages];

const directory = new URL('../../views/', import.meta.url);
const assets = createAssets({ directory: new URL('assets/', directory) });
const languages = createLanguages({ directory: new URL('languages/', directory) });
const { render } = createViews({ directory, languages, assets });
const templates = globSync('**/*.eta', {
  cwd: fileURLToPath(directory),
  exclude: (path) => `${path}`.startsWith('mail'),
});
const isView = (file: string) => !file.startsWith('parts/') && file !== 'layout.eta' && file !== 'account/frame.eta';

const page: Page = { lang: 'en', brand: {}, client: { name: 'Auto Insurance' }, action: (verb) => `/post/${verb}` };
const tagsOf = (html: string, name: string) =>
  [...html.matchAll(new RegExp(`<${name}\\b[^>]*>`, 'g'))].map(([tag]) => tag);
const attributeOf = (tag: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
const tagOf = (html: string, name: string, with_: string) =>
  tagsOf(html, name).find((tag) => tag.includes(with_)) ?? '';

test('every view is in the gallery, so that the tests below and the pictures see it', () => {
  const shown = new Set(scenes.map(({ view }) => `${view}.eta`));
  assert.deepEqual(
    templates.filter((file) => isView(file) && !shown.has(file)),
    [],
  );
});

test('every page in every language has one heading, one main landmark, its language, and no sentence missing', async (t) => {
  const groups = Object.keys(JSON.parse(readFileSync(new URL('languages/en.json', directory), 'utf8')));
  const missing = new RegExp(`[>"](?:${groups.join('|')})\\.[a-z_.-]+[<"]`);
  for (const { name, view, page } of scenes) {
    for (const { tag } of languages.names) {
      await t.test(`${name} ${tag}`, () => {
        const html = render(view, { ...page, lang: tag });
        assert.equal(tagsOf(html, 'h1').length, 1);
        assert.equal(tagsOf(html, 'main').length, 1);
        assert.match(html, new RegExp(`<html lang="${tag}" dir="${languages.dir(tag)}">`));
        assert.doesNotMatch(html, missing);
        assert.doesNotMatch(html, /undefined|\[object|\{\{/);
      });
    }
  }
});

test('no page has inline script, inline style or an event attribute (CSP without unsafe-inline)', () => {
  for (const { view, page } of scenes) {
    const html = render(view, page);
    assert.doesNotMatch(html, /<style|\sstyle=|\son[a-z]+=|javascript:/i);
    for (const tag of tagsOf(html, 'script')) assert.match(tag, /src="\/assets\//);
  }
});

test('every input that is seen has a label, and whatever describes it exists', () => {
  for (const { view, page } of scenes) {
    const html = render(view, page);
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const tag of [...tagsOf(html, 'input'), ...tagsOf(html, 'select')]) {
      if (/type="(hidden|radio)"|aria-hidden/.test(tag)) continue;
      const id = attributeOf(tag, 'id');
      const wrapped = attributeOf(tag, 'type') === 'checkbox';
      assert.ok(wrapped || html.includes(`<label for="${id}">`), `${view}: ${tag}`);
      for (const described of attributeOf(tag, 'aria-describedby')?.split(' ') ?? [])
        assert.ok(ids.includes(described));
    }
  }
});

test('forms post, leave checking to us, and carry the hidden fields of the page', () => {
  for (const { view, page } of scenes) {
    const html = render(view, { ...page, hidden: { xsrf: 'k"1' } });
    const forms = html.split('<form').slice(1);
    for (const form of forms) {
      assert.match(form, /^[^>]* method="post"[^>]* novalidate>/);
      assert.match(form, /<input type="hidden" name="xsrf" value="k&quot;1">/);
    }
  }
});

test('what people and operators wrote is shown as text, never as markup', () => {
  const evil = '"><script>alert(1)</script>\'';
  const html = render('sign-in/register', {
    ...page,
    brand: { title: evil },
    client: { name: evil },
    values: { nick: evil },
    errors: { nick: { key: 'too_many_tries', params: { wait: evil } } },
    model: { attributes: [{ name: 'nick', label: evil, type: 'text' }], terms: [{ id: 'a', title: evil, uri: evil }] },
  });
  assert.equal(tagsOf(html, 'script').length, 1);
  assert.ok(!html.includes(evil));
  assert.ok(html.includes('&quot;&gt;&lt;script&gt;'));
});

test('only templates and the page in its frame are put out unescaped', () => {
  for (const file of templates) {
    const text = readFileSync(new URL(file, directory), 'utf8');
    for (const [, raw] of text.matchAll(/<%~\s*(.*)/g)) assert.match(raw ?? '', /^(include\(|it\.body %>)/, file);
  }
});

test('an error stands at its field, in the title and under the focus, and what was typed is kept', () => {
  const html = render('sign-in/identify', {
    ...page,
    errors: { identifier: 'email_invalid' },
    values: { identifier: 'maria@' },
  });
  const input = tagOf(html, 'input', 'name="identifier"');
  assert.equal(attributeOf(input, 'value'), 'maria@');
  assert.equal(attributeOf(input, 'aria-describedby'), 'field-identifier-error');
  assert.match(input, /aria-invalid="true".* autofocus/);
  assert.match(
    html,
    /<title>Error: Enter an e-mail address such as name@example\.com\. – Sign in to Auto Insurance<\/title>/,
  );
});

test('an error of the form is announced and describes the field that has the focus', () => {
  const html = render('sign-in/password', {
    ...page,
    errors: { '': 'wrong_credentials' },
    model: { identifier: 'a@b.c' },
  });
  assert.match(html, /<p class="alert" role="alert" id="form-error">/);
  assert.match(tagOf(html, 'input', 'name="password"'), /aria-describedby="form-error" required autofocus/);
});

test('only one element asks for the focus, the first that is wrong', () => {
  const long = scenes.find(({ name }) => name === 'register-german-errors');
  assert.ok(long);
  const html = render(long.view, long.page);
  assert.equal(html.split(' autofocus').length - 1, 1);
  assert.match(tagOf(html, 'input', ' autofocus'), /name="name"/);
});

test('where no app has a name, its sentences are said without one', () => {
  const { client: _none, ...unnamed } = page;
  const asked = { identifier: 'a@b.c', ways: [] };
  const text = (lang: string) => render('enroll/choose', { ...unnamed, lang, model: asked });
  assert.match(text('en'), /<p>We need a second way to be sure it’s you\./);
  assert.match(text('de'), /<h1>Noch ein Schritt<\/h1>/);
  assert.match(text('en'), /<title>One more step<\/title>/);
  assert.match(render('enroll/choose', { ...page, model: asked }), /<p>Auto Insurance needs a second way/);
});

test('an optional choice can be left open and emptied again, one that is needed cannot', () => {
  const radios = (required: boolean) => {
    const attributes = [{ name: 'plan', type: 'choice', choices: ['basic', 'full'], required }];
    const html = render('tasks/give-attributes', { ...page, values: { plan: '' }, model: { attributes } });
    return tagsOf(html, 'input').filter((tag) => tag.includes('name="plan"'));
  };
  assert.match(radios(false)[2] ?? '', /value="" checked/);
  assert.equal(radios(true).length, 2);
});

test('a password that was typed never comes back', () => {
  const values = { password: 'correct horse', new_password: 'correct horse' };
  for (const { view, page } of scenes) assert.ok(!render(view, { ...page, values }).includes('correct horse'));
});

test('an error we have no words for is still a sentence, with its waiting time in words where it has one', () => {
  const text = (error: { key: string; params?: Record<string, number> }, lang = 'en') =>
    /class="error"[^>]*>([^<]*)/.exec(render('sign-in/recover', { ...page, lang, errors: { identifier: error } }))?.[1];
  assert.equal(text({ key: 'from_the_future' }), 'That doesn’t look right. Check it and try again.');
  assert.equal(
    text({ key: 'too_many_tries', params: { seconds: 30 } }),
    'That was tried too often. Wait 30 seconds, then try again.',
  );
  assert.equal(
    text({ key: 'too_many_tries', params: { seconds: 241 } }),
    'That was tried too often. Wait 5 minutes, then try again.',
  );
  assert.equal(text({ key: 'too_many_tries' }), 'That was tried too often. Wait a few minutes, then try again.');
  assert.equal(text({ key: 'password_too_short', params: { min: 15 } }, 'ar'), 'استخدم 15 حرفًا على الأقل.');
});

test('the fields that password managers fill carry the standard tokens (HTML, autofill)', () => {
  const tokens = (view: string, model = {}) =>
    tagsOf(render(view, { ...page, model }), 'input').map((tag) => attributeOf(tag, 'autocomplete'));
  assert.deepEqual(tokens('sign-in/identify'), ['username webauthn']);
  assert.deepEqual(tokens('sign-in/password', { identifier: 'a@b.c' }), ['username', 'current-password']);
  assert.deepEqual(tokens('sign-in/email-code', { sent_to: 'a@b.c', expires_in_minutes: 10 }).filter(Boolean), [
    'one-time-code',
  ]);
  assert.deepEqual(tokens('sign-in/new-password', { identifier: 'a@b.c', min_length: 8 }), [
    'username',
    'new-password',
  ]);
});

test('a brand with colours adds one style sheet of its own, published before it is linked', () => {
  const brand = { accent: '#ffd21f' };
  const views = createViews({ directory, languages, assets });
  assert.equal(views.publish(brand).length, 1);
  const sheets = tagsOf(views.render('logout/done', { ...page, brand }), 'link').filter((tag) =>
    tag.includes('stylesheet'),
  );
  const url = attributeOf(sheets[1] ?? '', 'href');
  assert.match(url ?? '', /^\/assets\/brand-.*\.css$/);
  assert.match(assets.find(url ?? '')?.body.toString() ?? '', /--accent:#ffd21f/);
  assert.equal(tagsOf(views.render('logout/done', page), 'link').filter((tag) => tag.includes('stylesheet')).length, 1);
});

test('the first page with everything on it stays under 30 KB before any compression', () => {
  const [first] = scenes;
  assert.ok(first);
  const html = render(first.view, first.page);
  const linked = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(
    ([, url]) => assets.find(url ?? '')?.body.length ?? Number.NaN,
  );
  const bytes = linked.reduce((sum, size) => sum + size, Buffer.byteLength(html));
  assert.ok(linked.length >= 4 && bytes < 30 * 1024, `${bytes} bytes in ${linked.length + 1} answers`);
});
