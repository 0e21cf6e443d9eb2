import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import { createBreachRange, createGuardedFetch, createPasswordRules } from '../../src/verifiers/index.ts';

const BREACHED = 'eleven geese on thin ice';
const PADDED = 'twelve swans on thin ice';
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

const servers: ReturnType<typeof createServer>[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A breach list of our own, asked through the guarded client as in the server. */
async function listed(answer: Answer, timeoutMs?: number) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetch = createGuardedFetch({ allow: [host], timeoutMs: 5000, maxBytes: 100_000 });
  return createBreachRange({ fetch, url: `http://${host}/range/`, ...(timeoutMs && { timeoutMs }) });
}

/** The format of the range API: `SUFFIX:COUNT` lines ended by CR LF, padding counted zero. */
const asTheRealOne: Answer = (request, response) => {
  const prefix = request.url?.replace('/range/', '');
  const entries = [BREACHED, PADDED].map((text, index) => [sha1(text), index === 0 ? 37 : 0] as const);
  const lines = entries.flatMap(([hash, count]) => (hash.startsWith(prefix ?? '-') ? `${hash.slice(5)}:${count}` : []));
  const padding = Array.from({ length: 800 }, (_, index) => `${sha1(`padding ${index}`).slice(5)}:0`);
  response.end([...padding, ...lines].sort().join('\r\n'));
};

describe('the breach range look-up', () => {
  test('finds a listed password, and neither an unlisted one nor one that is padding', async () => {
    const breached = await listed(asTheRealOne);
    assert.equal(await breached(BREACHED), true);
    assert.equal(await breached(PADDED), false);
    assert.equal(await breached('thirteen cranes on thin ice'), false);
  });

  test('sends five digits of the hash and asks for padding; nothing else of the password leaves', async () => {
    const seen: { url: string | undefined; headers: IncomingMessage['headers'] }[] = [];
    const breached = await listed((request, response) => {
      seen.push({ url: request.url, headers: request.headers });
      asTheRealOne(request, response);
    });
    await breached(BREACHED);
    assert.equal(seen[0]?.url, `/range/${sha1(BREACHED).slice(0, 5)}`);
    assert.equal(seen[0]?.headers['add-padding'], 'true');
    assert.ok(!JSON.stringify(seen).includes(sha1(BREACHED).slice(5, 12)));
  });

  test('throws for an answer that is none', async () => {
    const breached = await listed((_, response) => response.writeHead(429).end());
    await assert.rejects(breached(BREACHED), /answered 429/);
  });
});

describe('a password is taken, with a line in the log, when the list', () => {
  const cases: [what: string, answer: Answer][] = [
    ['accepts the connection and says nothing', () => {}],
    ['stops in the middle of its answer', (_, response) => void response.writeHead(200).write('0018A45C4D1DEF8:3\r\n')],
    ['hangs up', (request) => request.socket.destroy()],
    ['answers more than anybody should read', (_, response) => response.end('0'.repeat(200_000))],
    ['sends us elsewhere', (_, response) => response.writeHead(302, { location: '/range/elsewhere' }).end()],
  ];
  for (const [what, answer] of cases) {
    test(what, async () => {
      const lines: string[] = [];
      const check = createPasswordRules({
        minLength: 15,
        breach: await listed(answer, 300),
        log: createLog('debug', (line) => lines.push(line)),
      });
      await check('passwordpassword', []);
      const before = performance.now();
      assert.equal(await check(BREACHED, []), undefined);
      assert.ok(performance.now() - before < 1000);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /"level":40.*breach list did not answer/);
    });
  }

  test('left to itself the limit is a second and a half', async () => {
    const breached = await listed(() => {});
    const before = performance.now();
    await assert.rejects(breached(BREACHED), { name: 'TimeoutError' });
    const took = performance.now() - before;
    assert.ok(took > 1400 && took < 2500, `${took} ms`);
  });
});
