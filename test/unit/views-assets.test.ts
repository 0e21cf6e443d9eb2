import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAssets } from '../../src/web/assets.ts';

const assets = createAssets({ directory: new URL('../../views/assets/', import.meta.url) });

test('an asset is found by the address that names its content, and says it never changes (RFC 8246)', () => {
  const url = assets.url('style.css');
  assert.match(url, /^\/assets\/style-[\w-]{12}\.css$/);
  const found = assets.find(url);
  assert.equal(found?.type, 'text/css; charset=utf-8');
  assert.equal(found?.immutable, true);
  assert.match(found?.etag ?? '', /^"[\w-]{12}"$/);
});

test('the same content has the same address, other content another', () => {
  const first = assets.add('brand.css', ':root{}', 'text/css');
  assert.equal(assets.add('brand.css', ':root{}', 'text/css'), first);
  assert.notEqual(assets.add('brand.css', ':root{ }', 'text/css'), first);
  assert.equal(assets.find(first)?.body.toString(), ':root{}');
});

test('nothing outside the folder is served, and a name that is not there is our fault', () => {
  for (const path of ['/assets/style.css', '/assets/../layout.eta', '/assets/', '/assets/__proto__', '']) {
    assert.equal(assets.find(path), undefined);
  }
  assert.throws(() => assets.url('nothing.css'), /no asset is called nothing.css/);
});
