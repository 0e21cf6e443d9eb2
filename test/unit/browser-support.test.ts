import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createBrowser } from '../support/browser.ts';
import { createCookieJar } from '../support/cookies.ts';
import { parsePage } from '../support/html.ts';

const PAGE = `<!doctype html><html lang="en-GB"><head><title>Sign in &amp; go</title></head><body>
<!-- <form action="/never"></form> --><h1>Hello <b>you</b></h1>
<a href='/other?a=1&amp;b=2'>Another <span>way</span></a>
<form action="/first"><button>Language</button></form>
<form method="post" action="/second">
  <input type="hidden" name="csrf" value="a&quot;b">
  <input name=email autocomplete="username webauthn" value="">
  <input name="pw" type="password" autocomplete="current-password">
  <input type="checkbox" name="remember" checked><input type="checkbox" name="news" value="yes">
  <input type="radio" name="kind" value="a" checked><input type="radio" name="kind" value="b">
  <select name="lang"><option value="en">English</option><option value="de" selected>Deutsch</option></select>
  <textarea name="note">x &lt; y</textarea><input name="gone" disabled>
  <button type="submit" name="go" value="1">Go on</button><button name="back" value="1">Back</button>
</form></body></html>`;

describe('reading a page', () => {
  const page = parsePage(PAGE);

  test('language, title, headings, links and text', () => {
    assert.equal(page.lang, 'en-GB');
    assert.equal(page.title, 'Sign in & go');
    assert.deepEqual(page.headings, ['Hello you']);
    assert.deepEqual(page.links, [{ href: '/other?a=1&b=2', text: 'Another way' }]);
    assert.match(page.text, /^Hello you Another way Language/);
  });

  test('forms with their fields, what these are for, and no disabled or commented one', () => {
    assert.deepEqual(
      page.forms.map(({ action, method }) => [action, method]),
      [
        ['/first', 'GET'],
        ['/second', 'POST'],
      ],
    );
    const fields = page.forms[1]?.fields ?? [];
    assert.deepEqual(
      fields.map(({ name }) => name).join(' '),
      'csrf email pw remember news kind kind lang note go back',
    );
    assert.equal(fields.find(({ name }) => name === 'email')?.purpose, 'username');
    assert.equal(fields.find(({ name }) => name === 'csrf')?.value, 'a"b');
    assert.equal(fields.find(({ name }) => name === 'lang')?.value, 'de');
    assert.equal(fields.find(({ name }) => name === 'note')?.value, 'x < y');
  });
});

describe('cookies (RFC 6265)', () => {
  test('are sent by host and path, the longer path first, and end with their age', () => {
    const jar = createCookieJar();
    const at = new URL('http://localhost:1/interaction/1');
    const headers = new Headers();
    for (const line of ['a=1; Path=/', 'b=2; Path=/interaction/1', 'c=3; Path=/other', 'd=4; Path=/; Max-Age=0']) {
      headers.append('set-cookie', line);
    }
    jar.take(at, headers);
    assert.equal(jar.header(new URL('http://localhost:2/interaction/1/x')), 'b=2; a=1');
    assert.equal(jar.header(new URL('http://localhost:1/interaction/11')), 'a=1');
    assert.equal(jar.header(new URL('http://127.0.0.1:1/')), undefined);
    jar.take(at, new Headers({ 'set-cookie': 'a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT' }));
    assert.equal(jar.value('a'), undefined);
  });
});

describe('the browser', () => {
  const seen: { line: string; cookie: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    seen.push({
      line: `${request.method} ${request.url}`,
      cookie: request.headers.cookie,
      body: await bodyOf(request),
    });
    if (request.url === '/second') {
      response.writeHead(303, { location: '/app', 'set-cookie': 's=1; Path=/; HttpOnly' }).end();
    } else if (request.url === '/app') response.writeHead(302, { location: 'http://app.test/cb?code=1' }).end();
    else response.setHeader('content-type', 'text/html').end(PAGE);
  });
  let origin = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  test('fills the form that has the fields, presses the button, follows its own redirects and stops at an app', async () => {
    const browser = createBrowser({ origins: [origin] });
    const page = await browser.get(`${origin}/`);
    const answer = await browser.submit(
      page,
      { username: 'a@b', 'current-password': 'pw', news: 'on', remember: '', kind: 'b' },
      'Go on',
    );
    assert.equal(answer.location?.href, 'http://app.test/cb?code=1');
    assert.deepEqual(
      seen.map(({ line }) => line),
      ['GET /', 'POST /second', 'GET /app'],
    );
    assert.equal(seen[1]?.body, 'csrf=a%22b&email=a%40b&pw=pw&news=yes&kind=b&lang=de&note=x+%3C+y&go=1');
    assert.equal(seen[2]?.cookie, 's=1');
  });

  test('says what it looked for when a form, button or link is not there', async () => {
    const browser = createBrowser({ origins: [origin] });
    const page = await browser.get(`${origin}/`);
    await assert.rejects(browser.submit(page, { 'one-time-code': '1' }), /No form with one-time-code/);
    await assert.rejects(browser.submit(page, {}, 'Fly'), /a button 'Fly'/);
    await assert.rejects(browser.click(page, 'Nowhere'), /No link 'Nowhere'/);
    assert.equal((await browser.click(page, 'Another')).url.search, '?a=1&b=2');
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
