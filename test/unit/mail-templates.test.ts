import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createMailTemplates, type MailKind, type MailPayload } from '../../src/messaging/index.ts';
import { createLanguages } from '../../src/web/index.ts';

const VIEWS = new URL('../../views/mail/', import.meta.url);
const WORDS = new URL('../../views/languages/', import.meta.url);
const templates = createMailTemplates({
  views: VIEWS,
  words: createLanguages({ directory: WORDS }),
  houseName: () => 'id.example',
  countryOf: (ip) => (ip === '203.0.113.7' ? 'FR' : undefined),
});

/** Every mail there is: its view is what makes it one. */
const KINDS = readdirSync(VIEWS)
  .filter((file) => file.endsWith('.eta'))
  .map((file) => file.replace('.eta', '') as MailKind);
const CODED: readonly MailKind[] = ['verify_email', 'sign_in_code', 'second_factor_code', 'reset_password'];
/** What undoes what the mail is about: who did not do it has a link, or is told what to do. */
const LINKED: readonly MailKind[] = [
  ...(['factor_added', 'factor_removed', 'identity_linked', 'identity_unlinked', 'password_removed'] as const),
  ...(['new_device', 'email_changed', 'phone_changed', 'deletion_requested', 'recovery_waiting'] as const),
  ...(['export_ready', 'reset_password'] as const),
];
const LANGUAGES = readdirSync(WORDS).map((file) => file.replace('.json', ''));
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const LINK = 'https://id.example/interaction/abc/reset?a=1&b=2';

function mailOf(kind: MailKind, change: Partial<MailPayload> = {}): MailPayload {
  const asked = { at: 1_763_900_000, ip: '203.0.113.7', userAgent: FIREFOX };
  const coded = CODED.includes(kind) ? { code: '048291', minutes: 15 } : {};
  const linked = LINKED.includes(kind) ? { link: LINK } : {};
  const params = { ...asked, ...coded, ...linked, due: 1_764_100_000, what: 'webauthn' };
  return { kind, to: 'alice@example.com', lang: 'en', client: { name: 'Auto Insurance' }, params, ...change };
}

/** What a reader sees of an HTML mail, white space apart. */
function seen(html: string): string {
  const body = html.slice(html.indexOf('<body'));
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return words(body.replace(/<[^>]+>/g, ' ').replace(/&(?:amp|lt|gt|quot|#39);/g, (found) => entities[found] ?? found));
}

const words = (text: string): string => text.split(/\s+/).filter(Boolean).join(' ');

describe('every mail in every language', () => {
  for (const lang of LANGUAGES) {
    for (const kind of KINDS) {
      const { subject, text, html } = templates.render(mailOf(kind, { lang }));

      test(`${kind} says the same in HTML as in plain text [${lang}]`, () => {
        assert.equal(seen(html), words(text));
      });

      test(`${kind} tells app, place and time, and leaves no gap open [${lang}]`, () => {
        const place = new Intl.DisplayNames([lang], { type: 'region' }).of('FR') ?? '';
        // What administrators are told is about an account, not about an app.
        const app = kind === 'compromise_reported' ? 'webauthn' : 'Auto Insurance';
        for (const said of [app, place, '203.0.113.7', '2025', '12:13', 'UTC']) {
          assert.ok(subject.includes(said) || text.includes(said), `${said} in:\n${text}`);
        }
        assert.doesNotMatch(subject + text, /\{\{|undefined|\w_\w+\.\w|fact\.|device/);
      });

      test(`${kind} leads to what undoes it, where anything does [${lang}]`, () => {
        assert.equal(text.includes(LINK), LINKED.includes(kind));
      });

      if (CODED.includes(kind)) {
        test(`${kind} has its code at the end of the subject and alone on a line [${lang}]`, () => {
          assert.match(subject, /: 048291$/);
          assert.match(text, /^048291$/m);
          assert.match(html, />048291</);
        });
      } else {
        test(`${kind} carries no code [${lang}]`, () => assert.doesNotMatch(subject + text, /\d{6}/));
      }

      test(`${kind} fetches nothing from anywhere and runs nothing [${lang}]`, () => {
        assert.doesNotMatch(html, /<(?:img|link|script|iframe|object|form)\b|\bsrc=|url\(|@import/i);
      });
    }
  }
});

describe('a mail', () => {
  test('a tag finds its shorter form, and one that nobody has finds English', () => {
    const langOf = (lang: string) => templates.render(mailOf('sign_in_code', { lang })).lang;
    assert.deepEqual(['de-AT', 'AR', 'pt-BR', ''].map(langOf), ['de', 'ar', 'en', 'en']);
  });

  test('an Arabic mail runs from right to left, and codes and addresses in it do not', () => {
    const { html } = templates.render(mailOf('reset_password', { lang: 'ar' }));
    assert.match(html, /<html lang="ar" dir="rtl">/);
    assert.match(html, /<p class="code" dir="ltr"[^>]*>048291</);
    assert.match(html, /<p dir="ltr"[^>]*><a href="https:/);
  });
});

describe('what strangers bring into a mail', () => {
  test('a name with line breaks ends no header and starts no line', () => {
    const name = 'Auto\r\nBcc: eve@example.com\u2028\u202eInsurance';
    const { subject, text } = templates.render(mailOf('sign_in_code', { client: { name } }));
    assert.equal(subject, 'Your sign-in code for Auto Bcc: eve@example.com Insurance: 048291');
    assert.doesNotMatch(text, /^Bcc/m);
  });

  test('a name with markup is text in HTML and untouched in plain text', () => {
    const { html, text } = templates.render(mailOf('verify_email', { client: { name: '<b>A</b> & "B"' } }));
    assert.match(html, /&lt;b&gt;A&lt;\/b&gt; &amp; &quot;B&quot;/);
    assert.match(text, /<b>A<\/b> & "B"/);
  });

  test('an endless name is cut', () => {
    const { subject } = templates.render(mailOf('sign_in_code', { client: { name: '🦊'.repeat(5000) } }));
    assert.ok(subject.length < 250 && subject.endsWith('…: 048291') && subject.isWellFormed(), subject);
  });

  test('what a browser calls itself is told in our words or not at all', () => {
    const rendered = (params: object) => {
      const mail = mailOf('sign_in_code');
      return templates.render({ ...mail, params: { ...mail.params, ...params } }).text;
    };
    assert.match(rendered({}), /^From: Firefox on Windows · France · 203\.0\.113\.7$/m);
    assert.match(rendered({ ip: '198.51.100.1' }), /^From: Firefox on Windows · 198\.51\.100\.1$/m);
    const lure = 'Call +1 555 0100 or open https://evil.example at once (Windows NT 10.0) Chrome/1';
    assert.match(rendered({ userAgent: lure }), /^From: Chrome on Windows · France · 203\.0\.113\.7$/m);
    assert.match(rendered({ userAgent: 'https://evil.example' }), /^From: France · 203\.0\.113\.7$/m);
    assert.doesNotMatch(rendered({ userAgent: lure, ip: 'evil.example' }), /evil/);
    assert.doesNotMatch(rendered({ userAgent: undefined, ip: undefined }), /^From:/m);
  });
});
