// needs: postgres
import assert from 'node:assert/strict';
import sharp from 'sharp';
import { accountOwner, type Owner, recorded } from '../support/account.ts';
import { besiege, type Fortress } from '../support/fortress.ts';
import { autoApp, CLIENTS } from '../support/people.ts';

const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#884422' } })
  .png()
  .toBuffer();

async function upload({ issuer }: Fortress, { browser }: Owner, bytes: Uint8Array, type = 'image/png', headers = {}) {
  const body = new FormData();
  body.set('file', new Blob([Buffer.from(bytes)], { type }), 'me.png');
  const cookie = browser.jar.header(new URL(`${issuer}/account`)) ?? '';
  const all = { cookie, accept: 'application/json', ...headers };
  return fetch(`${issuer}/account/profile/upload`, { method: 'POST', body, headers: all });
}

besiege(
  'a picture',
  { file: CLIENTS },
  {
    'what is uploaded is shown, told to apps as a claim, and gone when it is taken away': async (server) => {
      const owner = await accountOwner(server);
      assert.equal((await upload(server, owner, picture)).status, 200);
      const address = String((await owner.model('profile')).picture);
      assert.ok(address.startsWith(`${server.issuer}/pictures/`));
      const shown = await fetch(address);
      assert.equal(shown.headers.get('content-type'), 'image/webp');
      assert.match(shown.headers.get('content-security-policy') ?? '', /default-src 'none'/);
      assert.equal(shown.headers.get('x-content-type-options'), 'nosniff');
      const auto = await autoApp(server.issuer);
      const { access_token: token } = await auto.refresh(owner.refreshToken);
      assert.equal((await auto.userInfo(token)).picture, address);

      const saved = await owner.browser.submit(await owner.page('profile'), { 'given-name': 'Ada' }, 'Save');
      assert.match(saved.page.text, /Saved/);
      assert.equal((await fetch(address)).status, 200, 'saving the rest leaves it');
      assert.equal((await upload(server, owner, picture)).status, 200);
      assert.equal((await fetch(address)).status, 404, 'a new one has a new address');
      await owner.act('profile', 'save', { picture: '' });
      assert.equal((await owner.model('profile')).picture, null);
      assert.equal(await recorded(server, owner, 'user.profile_changed'), 4);
    },

    'another’s address may be given, but only an encrypted one': async (server) => {
      const owner = await accountOwner(server);
      for (const bad of [
        'http://x.test/a.png',
        'javascript:alert(1)',
        'data:image/png;base64,AA',
        'picture',
        '//x.test',
      ]) {
        assert.equal((await owner.act('profile', 'save', { picture: bad })).status, 422, bad);
      }
      assert.equal((await owner.act('profile', 'save', { picture: 'https://x.test/a.png' })).status, 200);
    },

    'what is no picture, is too large, or comes from a stranger is refused': async (server) => {
      const owner = await accountOwner(server);
      assert.equal((await upload(server, owner, Buffer.from('<script>alert(1)</script>'), 'image/png')).status, 422);
      assert.equal((await upload(server, owner, new Uint8Array())).status, 422);
      assert.equal((await upload(server, owner, new Uint8Array(9 * 1024 * 1024))).status, 413);
      assert.equal((await upload(server, owner, picture, 'image/png', { 'sec-fetch-site': 'cross-site' })).status, 403);
      assert.equal((await upload(server, owner, picture, 'image/png', { cookie: '' })).status, 401);
      const broken = await fetch(`${server.issuer}/account/profile/upload`, {
        method: 'POST',
        body: 'not what it says',
        headers: {
          ...{ 'content-type': 'multipart/form-data; boundary=x', accept: 'application/json' },
          cookie: owner.browser.jar.header(new URL(`${server.issuer}/account`)) ?? '',
        },
      });
      assert.equal(broken.status, 400);
      assert.equal((await owner.model('profile')).picture, null);
    },

    'many parts, fields that are too long and verbs that take no file are refused before they cost anything': async (
      server,
    ) => {
      const owner = await accountOwner(server);
      const headers = {
        accept: 'application/json',
        cookie: owner.browser.jar.header(new URL(`${server.issuer}/account`)) ?? '',
      };
      const post = (path: string, body: FormData | string, more = {}) =>
        fetch(`${server.issuer}/account/${path}`, { method: 'POST', body, headers: { ...headers, ...more } });
      const part = '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n';
      const many = `${part.repeat(8_000_000 / part.length)}--B--\r\n`;
      const type = { 'content-type': 'multipart/form-data; boundary=B' };
      assert.equal((await post('profile/upload', many, type)).status, 400);
      assert.equal((await post('profile/nosuchverb', many, type)).status, 404);
      const long = new FormData();
      long.set('picture', `https://x.test/${'a'.repeat(1_000_000)}`);
      assert.equal((await post('profile/save', long)).status, 415, 'no file is taken here');
      for (const picture of [`https://x.test/${'a'.repeat(3000)}`, 'https://user:secret@x.test/a.png']) {
        assert.equal((await owner.act('profile', 'save', { picture })).status, 422);
      }
      assert.equal((await owner.model('profile')).picture, null);
    },
  },
);
