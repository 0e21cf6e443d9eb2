import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAssets } from '../../src/web/assets.ts';
import { createLanguages } from '../../src/web/languages.ts';
import { createViews, type Page } from '../../src/web/views.ts';
import { accountPages } from '../support/gallery-account.ts';

const directory = new URL('../../views/', import.meta.url);
const assets = createAssets({ directory: new URL('assets/', directory) });
const languages = createLanguages({ directory: new URL('languages/', directory) });
const { render } = createViews({ directory, languages, assets });

/** A scene of the gallery, with something else in its page or its model. */
function shown(name: string, { model, ...more }: Partial<Page> = {}): string {
  const scene = accountPages.find((one) => one.name === name);
  assert.ok(scene, name);
  return render(scene.view, { ...scene.page, ...more, model: { ...scene.page.model, ...model } });
}

const tagsOf = (html: string, name: string, part: string) =>
  [...html.matchAll(new RegExp(`<${name}\\b[^>]*>`, 'g'))].map(([tag]) => tag).filter((tag) => tag.includes(part));

test('a name that is refused is said beside the field of the row it was typed in, and kept', () => {
  const html = shown('account-security', { errors: { name: 'required' }, values: { id: 'b', name: '  ' } });
  assert.equal(tagsOf(html, 'details', ' open').length, 1);
  const [field = '', ...others] = tagsOf(html, 'input', 'aria-invalid');
  assert.deepEqual(others, []);
  assert.match(field, /id="name-b".* value=" {2}".* aria-describedby="name-b-error" autofocus/);
  assert.match(html, /<p class="error" id="name-b-error">This is needed to go on\.<\/p>/);
});

test('after an error the profile shows what was typed: an emptied field stays empty, an unticked box unticked', () => {
  const values = { given_name: '', family_name: 'G', locale: 'de', newsletter: '', picture: 'bild' };
  const html = shown('account-profile', { errors: { picture: 'picture_invalid' }, values });
  assert.doesNotMatch(tagsOf(html, 'input', 'name="given_name"').join(), /value=/);
  assert.match(tagsOf(html, 'input', 'name="family_name"').join(), /value="G"/);
  assert.match(tagsOf(html, 'option', ' selected').join(), /value="de"/);
  assert.doesNotMatch(tagsOf(html, 'input', 'type="checkbox"').join(), / checked/);
  const fresh = shown('account-profile', { errors: { file: 'required' }, values: {} });
  assert.match(tagsOf(fresh, 'input', 'name="given_name"').join(), /value="María"/);
  assert.match(tagsOf(fresh, 'input', 'type="checkbox"').join(), / checked/);
});

test('somebody without an e-mail address is told so, and promised no message', () => {
  assert.match(shown('account-overview', { model: { identifier: '' } }), /No e-mail address/);
  assert.match(shown('change-email', { model: { identifier: '' } }), /<h1>Add an e‑mail address<\/h1>/);
  const page: Page = { lang: 'en', brand: {}, action: (verb) => verb };
  const asked = render('factors/totp', { ...page, model: { identifier: '', alternatives: [] } });
  assert.match(asked, /class="account-name"><bdi>Your account<\/bdi>/);
  const none = { email: null, email_verified: false, phone_number: null, phone_number_verified: false };
  const html = shown('account-profile', { model: none });
  assert.match(html, />Add<span class="unseen"> E-mail address/);
  assert.doesNotMatch(html, /The old one is told/);
  assert.match(shown('account-profile'), /The old one is told/);
  assert.doesNotMatch(shown('account-privacy', { notice: 'export_requested' }), /e-mail/);
});

test('trusted browsers are spoken of only where there is a second step', () => {
  assert.match(shown('account-security', { model: { trusted_browsers: 0 } }), /Trusted browsers/);
  assert.doesNotMatch(shown('account-security-empty-french', { lang: 'en' }), /Trusted browsers/);
});

test('how safe an account is, is said in every language for every strength', () => {
  const strengths = ['one', 'one_without_password', 'two', 'key_alone', 'key', 'passkey_alone', 'passkey'];
  for (const { tag } of languages.names)
    for (const one of strengths) assert.ok(languages.has(tag, `account.strength.${one}`), `${tag} ${one}`);
});

test('what is one thing has one name, in mail and on pages', () => {
  for (const factor of ['mail.factor.recovery-code', 'account/security.codes', 'enroll/recovery-code.title'])
    assert.match(languages.t('fr', factor), /codes de récupération/i);
});

test('what happened says why more was asked, what changed and why it ended, as far as there are words', () => {
  const event = (more: object) => {
    const events = [{ id: '1', at: 1, ...more }];
    return shown('account-activity', { brand: { title: 'House' }, model: { events } });
  };
  assert.match(event({ type: 'user.signed_in', demands: ['mfa'] }), /We asked for: a second step/);
  assert.match(event({ type: 'user.signed_in', client: 'Auto', demands: ['mfa'] }), /Auto asked for: a second step/);
  const either = { type: 'user.signed_in', client: 'Home', demands: [{ any: ['verified_phone', 'mfa'] }] };
  assert.match(event(either), /Home asked for: a confirmed phone number or a second step/);
  const fields = [{ name: 'given_name' }, { name: 'tier', label: { en: 'Tier' } }, { name: 'picture' }];
  assert.match(event({ type: 'user.profile_changed', fields }), /What: First name, Tier, and Picture/);
  assert.match(event({ type: 'session.revoked', reason: 'password_reset' }), /A new password was set/);
  assert.doesNotMatch(event({ type: 'session.revoked', reason: 'deleted' }), /deleted/);
  assert.match(event({ type: 'factor.enrolled', factor: 'recovery-code' }), /Added: Recovery codes/);
  assert.match(event({ type: 'factor.removed', factor: 'webauthn' }), /Removed: Passkey or security key/);
});

test('the page after signing out leads on: to the app, or to the account', () => {
  const page: Page = { lang: 'en', brand: {}, action: (verb) => verb };
  assert.match(render('logout/done', page), /<a class="secondary" href="\/account">Your account/);
  const client = { name: 'Auto', uri: 'https://auto.example' };
  assert.match(render('logout/done', { ...page, client }), /href="https:\/\/auto\.example">Back to Auto/);
});
