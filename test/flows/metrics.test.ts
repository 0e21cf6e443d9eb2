// needs: postgres
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedUp } from '../support/people.ts';
import { homeApp, visit, withPolicies } from '../support/second-door.ts';
import { startBacking, startServer } from '../support/server.ts';
import { freePort } from '../support/services.ts';
import { startSmsGateway, textedCode } from '../support/sms-gateways.ts';

const FILE = withPolicies(
  '\n  - { name: Texts, mode: enforce, if: { client: [home] }, then: { require: [{ authenticator: [sms] }] } }\n',
  'sms: { countries: [DE] }\n',
);

test('text messages, what waits to be sent and memory are told on a port of its own, and nowhere else', async (t) => {
  const gateway = await startSmsGateway('vonage');
  t.after(gateway.close);
  const backing = await startBacking('postgres');
  t.after(backing.close);
  const port = await freePort();
  const server = await startServer({
    backing,
    file: FILE,
    env: { SMS_URL: gateway.url, METRICS_PORT: String(port), HOST: 'localhost' },
  });
  t.after(server.stop);
  const { browser } = await signedUp(server);
  const { first } = await visit(await homeApp(server.issuer), browser);
  await browser.submit(await browser.submit(first, {}, 'method=sms'), { tel: '+4930901820' });
  await textedCode(gateway, '4930901820');

  const answer = await fetch(`http://localhost:${port}/metrics`);
  const text = await answer.text();
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.match(text, /^sallyport_sms_sent_24h\{country="DE"\} 1$/m);
  assert.match(text, /^sallyport_sms_used_24h\{country="DE"\} 0$/m);
  assert.match(text, /^sallyport_outbox_messages\{state="waiting"\} \d+$/m);
  assert.equal((await fetch(`${server.issuer}/metrics`)).status, 404);
});
