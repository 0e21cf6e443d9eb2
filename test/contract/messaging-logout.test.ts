import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createBackchannelLogout, type DeliveryError } from '../../src/messaging/index.ts';

const PAYLOAD = { clientId: 'auto-insurance', userId: 'alice', sid: 's1' };
const asked: { method: string | undefined; type: string | undefined; body: string }[] = [];
let server: Server;
let uri: string;
let answer = { status: 200, headers: {} };

before(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method, type: request.headers['content-type'], body });
    if (answer.status > 0) response.writeHead(answer.status, answer.headers).end('anything');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

async function tell(status: number, { headers = {}, signal = AbortSignal.timeout(5000) } = {}): Promise<void> {
  answer = { status, headers };
  const logoutToken = async (payload: typeof PAYLOAD) => ({ uri, token: `token+of ${payload.sid}` });
  await createBackchannelLogout({ fetch, logoutToken })(PAYLOAD, { id: 'm1', signal });
}

describe('back-channel logout (OpenID Connect Back-Channel Logout 1.0)', () => {
  test('posts the token as a form (section 2.5)', async () => {
    await tell(200);
    const type = 'application/x-www-form-urlencoded;charset=UTF-8';
    assert.deepEqual(asked.at(-1), { method: 'POST', type, body: 'logout_token=token%2Bof+s1' });
  });

  for (const status of [200, 204]) test(`${status} is success (section 2.8)`, () => tell(status));

  for (const [status, final] of [
    [400, true],
    [401, true],
    [404, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ] as const) {
    test(`${status} is ${final ? 'final' : 'worth another try'}`, async () => {
      await assert.rejects(tell(status), (error: DeliveryError) => {
        assert.equal(error.final, final);
        assert.match(error.message, new RegExp(`auto-insurance answered ${status}`));
        return true;
      });
    });
  }

  test('a redirect is not followed: the token is for one address', async () => {
    const before = asked.length;
    await assert.rejects(tell(302, { headers: { location: `${uri}/elsewhere` } }), { final: false });
    assert.equal(asked.length, before + 1);
  });

  test('a client that does not answer is left when the time is over', async () => {
    await assert.rejects(tell(0, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
  });

  test('a client that is gone or not interested is not asked, and that is done', async () => {
    const before = asked.length;
    const deliver = createBackchannelLogout({ fetch, logoutToken: async () => undefined });
    await deliver(PAYLOAD, { id: 'm2', signal: AbortSignal.timeout(50) });
    assert.equal(asked.length, before);
  });
});
