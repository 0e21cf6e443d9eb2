import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { brandStyle, GROUNDS } from '../../src/web/branding.ts';
import { contrast, parseColour, type Rgb } from '../../src/web/colour.ts';

const hexColour = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255))
  .map((bytes) => `#${Buffer.from(bytes).toString('hex')}`);

/** The properties of the light and of the dark half of a style sheet. */
function propertiesOf(css: string): { light: Map<string, string>; dark: Map<string, string> } {
  const read = (part: string) =>
    new Map([...part.matchAll(/(--[a-z-]+):\s*([^;}]+)/g)].map(([, name = '', value = '']) => [name, value.trim()]));
  const [light = '', dark = ''] = css.split('@media (prefers-color-scheme:dark)');
  return { light: read(light), dark: read(dark) };
}

function colour(hex: string | undefined): Rgb {
  const read = parseColour(hex ?? '');
  assert.ok(read, `${hex} is a colour`);
  return read;
}

test('whatever accent is chosen, words on it and in it keep 4.5:1 and its edge keeps 3:1 (WCAG 1.4.3, 1.4.11)', () => {
  fc.assert(
    fc.property(hexColour, (accent) => {
      const halves = propertiesOf(brandStyle({ accent }).css);
      for (const scheme of ['light', 'dark'] as const) {
        const of = (name: string) => colour(halves[scheme].get(name));
        assert.ok(contrast(of('--on-accent'), of('--accent')) >= 4.5);
        assert.ok(contrast(of('--on-accent'), of('--accent-hover')) >= 4.5);
        assert.ok(contrast(of('--accent-edge'), colour(GROUNDS[scheme].card)) >= 3);
        for (const ground of [GROUNDS[scheme].card, GROUNDS[scheme].wash]) {
          assert.ok(contrast(of('--accent-ink'), colour(ground)) >= 4.5);
        }
      }
    }),
  );
});

test('whatever background is chosen, the words under the card keep 4.5:1, in the dark too', () => {
  fc.assert(
    fc.property(hexColour, (background) => {
      const { light, dark } = propertiesOf(brandStyle({ background }).css);
      for (const half of [light, dark])
        assert.ok(contrast(colour(half.get('--on-paper')), colour(half.get('--paper'))) >= 4.5);
    }),
  );
});

test('an accent that is readable is used as it is, without a warning', () => {
  const { css, warnings } = brandStyle({ accent: '#0F7B6C' });
  assert.deepEqual(warnings, []);
  assert.match(css, /--accent:#0f7b6c;.*--accent-ink:#0f7b6c/);
});

test('an accent too pale for text stays on buttons and is corrected in links, with a warning', () => {
  const { css, warnings } = brandStyle({ accent: '#ffd21f' });
  assert.match(css, /--accent:#ffd21f;--on-accent:#111318/);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /^accent: #ffd21f has a contrast of 1\.3:1 where text needs 4\.5:1; links use #[0-9a-f]{6} instead$/,
  );
});

test('what is no colour is left out with a warning, and nothing but colours reaches the style sheet', () => {
  for (const accent of ['red', '#12345', '#fff;}body{display:none', 'url(//evil)', '']) {
    const { css, warnings } = brandStyle({ accent, background: '#fff' });
    assert.equal(warnings.length, 1);
    assert.match(css, /^[-:;{}()@#\sa-z0-9]+$/);
    assert.ok(!css.includes('--accent') && !css.includes('display'));
  }
  assert.deepEqual(brandStyle({}), { css: '', warnings: [] });
});

test('the house’s own style sheet agrees with the grounds that brands are measured against', () => {
  const css = readFileSync(new URL('../../views/assets/style.css', import.meta.url), 'utf8');
  const halves = propertiesOf(css.slice(0, css.indexOf('*,')).replace('scheme: dark', 'scheme:dark'));
  const own = propertiesOf(brandStyle({ accent: halves.light.get('--accent') ?? '' }).css);
  for (const scheme of ['light', 'dark'] as const) {
    const { card, wash, quiet } = GROUNDS[scheme];
    const of = (name: string) => halves[scheme].get(name);
    assert.deepEqual([of('--card'), of('--wash'), of('--ink-quiet')], [card, wash, quiet]);
    for (const [name, value] of own[scheme]) assert.equal(of(name), value, `${scheme} ${name}`);
    for (const name of ['--ink', '--ink-quiet']) assert.ok(contrast(colour(of(name)), colour(wash)) >= 4.5);
    assert.ok(contrast(colour(of('--danger')), colour(of('--danger-wash'))) >= 4.5);
    assert.ok(contrast(colour(of('--ok')), colour(of('--ok-wash'))) >= 4.5);
    assert.ok(contrast(colour(of('--line')), colour(card)) >= 3);
    assert.ok(contrast(colour(of('--on-paper')), colour(of('--paper'))) >= 4.5);
  }
});
