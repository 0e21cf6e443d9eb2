import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AppError } from '../../src/base/index.ts';
import { createGuardedFetch } from '../../src/verifiers/index.ts';
import { isPublicAddress } from '../../src/verifiers/public-address.ts';

let connections = 0;
const asked: string[] = [];
const answers: Record<string, RequestListener> = {
  '/plain': (_, response) => response.setHeader('x-kept', 'yes').end('geese'),
  '/empty': (_, response) => response.writeHead(204).end(),
  '/redirect': (_, response) => response.writeHead(302, { location: '/plain' }).end(),
  '/large': (_, response) => response.end('x'.repeat(2000)),
  '/bomb': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(1_000_000))),
  '/hung': () => {},
  '/stuck': (_, response) => void response.write('x'),
  '/echo': (request, response) => request.pipe(response),
};
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  answers[request.url ?? '']?.(request, response);
});
server.on('connection', () => {
  connections += 1;
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
after(() => {
  server.closeAllConnections();
  server.close();
});

const guarded = createGuardedFetch({ allow: [], timeoutMs: 2000, maxBytes: 1000 });
const allowing = createGuardedFetch({ allow: [`LocalHost:${port}`], timeoutMs: 500, maxBytes: 1000 });
const base = `http://localhost:${port}`;
const isError = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

describe('what the guarded fetch does not reach', () => {
  for (const host of [
    '127.0.0.1',
    'localhost',
    '0x7f.1',
    '2130706433',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '10.0.0.1',
    '169.254.169.254',
  ]) {
    test(`https://${host}: no connection is made`, async () => {
      const before = connections;
      await assert.rejects(guarded(`https://${host}:${port}/plain`), isError('outbound_refused'));
      assert.equal(connections, before);
    });
  }

  for (const url of [`http://localhost:${port}/plain`, 'http://example.com/', 'file:///etc/passwd', 'data:,geese']) {
    test(`no https: ${url.replace(String(port), 'port')}`, async () => {
      await assert.rejects(guarded(url), isError('outbound_refused'));
    });
  }

  test('what is allowed is one host at one port', async () => {
    await assert.rejects(allowing(`http://127.0.0.1:${port}/plain`), isError('outbound_refused'));
    await assert.rejects(allowing(`https://localhost:${port + 1}/plain`), isError('outbound_refused'));
  });
});

describe('addresses', () => {
  const refused =
    '0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.8.8.8 169.254.1.1 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 ' +
    '192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 ' +
    ':: ::1 ::7f00:1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 ' +
    '2002:a00:1::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 3fff::1 example.com';
  for (const address of refused.split(' '))
    test(`not public: ${address}`, () => assert.equal(isPublicAddress(address), false));
  for (const address of ['1.1.1.1', '8.8.8.8', '100.63.255.255', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450::1'])
    test(`public: ${address}`, () => assert.equal(isPublicAddress(address), true));
});

describe('what it does reach', () => {
  test('an allowed address, in plain http, answers as fetch does', async () => {
    const response = await allowing(`${base}/plain`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-kept'), 'yes');
    assert.equal(await response.text(), 'geese');
    assert.equal((await allowing(`${base}/empty`)).status, 204);
  });

  test('a body and headers given are sent', async () => {
    const body = new URLSearchParams({ grant_type: 'authorization_code' });
    const response = await allowing(`${base}/echo`, { method: 'POST', body, headers: new Headers({ accept: '*/*' }) });
    assert.equal(await response.text(), 'grant_type=authorization_code');
  });

  test('a redirect is answered as it is and not followed, whatever the caller asks for', async () => {
    asked.length = 0;
    const response = await allowing(`${base}/redirect`, { redirect: 'follow' });
    assert.equal(response.status, 302);
    assert.deepEqual(asked, ['/redirect']);
    await assert.rejects(allowing(`${base}/redirect`, { redirect: 'error' }));
  });

  for (const path of ['/large', '/bomb']) {
    test(`an answer that is too large is cut: ${path}`, async () => {
      const response = await allowing(base + path);
      await assert.rejects(response.text(), isError('outbound_too_large'));
    });
  }

  test('an answer that does not come ends at the time limit', async () => {
    await assert.rejects(allowing(`${base}/hung`), { name: 'TimeoutError' });
  });

  test('so does one that does not end', async () => {
    const response = await allowing(`${base}/stuck`);
    await assert.rejects(response.text(), { name: 'TimeoutError' });
  });

  test("the caller's own signal ends it too", async () => {
    const signal = AbortSignal.timeout(50);
    const before = performance.now();
    await assert.rejects(allowing(`${base}/hung`, { signal }), { name: 'TimeoutError' });
    assert.ok(performance.now() - before < 400);
  });
});
