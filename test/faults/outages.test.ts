// needs: postgres redis
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  autoApp,
  browserFor,
  CLIENTS,
  MACHINE_SECRET,
  register,
  signedUp,
  signIn,
  somebody,
} from '../support/people.ts';
import { startBacking, startServer } from '../support/server.ts';
import { freePort } from '../support/services.ts';

const token = (issuer: string) =>
  fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'machine',
      client_secret: MACHINE_SECRET,
    }),
  });

for (const down of ['redis', 'postgres'] as const) {
  test(`while ${down} is down everything answers 503 and says when to try again; afterwards it goes on`, async (t) => {
    const backing = await startBacking('postgres + redis');
    t.after(backing.close);
    const server = await startServer({ backing, file: CLIENTS });
    t.after(server.stop);
    const { rp, browser, tokens, person } = await signedUp(server);
    const started = await browserFor(server.issuer).get((await rp.start()).url);
    const stranger = browserFor(server.issuer);
    const page = await stranger.submit(await stranger.get((await rp.start()).url), { username: person.email });

    await backing[down]?.stop();
    const answers = [
      await browser.get((await rp.start()).url),
      await stranger.submit(page, { 'current-password': 'x' }),
    ];
    // Steps that are only shown are in Redis.
    if (down === 'redis') answers.push(await stranger.get(page.url));
    for (const { status, headers, page: shown, url } of answers) {
      assert.equal(status, 503, url.href);
      assert.ok(Number(headers.get('retry-after')) > 0);
      assert.ok(shown.headings.length > 0, 'a page for a person');
    }
    if (down === 'redis') assert.equal((await token(server.issuer)).status, 503);
    const info = await fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(info.status, 503);
    assert.equal((await fetch(`${server.issuer}/health/ready`)).status, 503);
    assert.equal((await fetch(`${server.issuer}/health/live`)).status, 200);
    assert.equal((await fetch(`${server.issuer}/.well-known/openid-configuration`)).status, 200);

    await backing[down]?.start();
    for (const end = Date.now() + 15_000; Date.now() < end; ) {
      if ((await fetch(`${server.issuer}/health/ready`)).ok) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok((await signIn(rp, browserFor(server.issuer), person)).access_token);
    assert.equal((await token(server.issuer)).status, 200);
    assert.equal(started.status, 200);
    assert.doesNotMatch(server.log(), /"status":500/);
  });
}

test('a slow mail server delays nobody', async (t) => {
  const backing = await startBacking('postgres + redis');
  t.after(backing.close);
  const server = await startServer({ backing, file: CLIENTS });
  t.after(server.stop);
  server.mail.behave({ slow: 3000 });
  const rp = await autoApp(server.issuer);
  const browser = browserFor(server.issuer);
  const form = await browser.get((await rp.start({ prompt: 'create' })).url);
  const person = somebody();
  const begun = performance.now();
  const sent = await browser.submit(form, { email: person.email, 'new-password': person.password });
  assert.equal(sent.status, 200);
  assert.ok(performance.now() - begun < 3000);
  server.mail.behave({});
});

test('SIGTERM: what is under way is answered, the process ends by itself with 0 within ten seconds', async (t) => {
  const backing = await startBacking('postgres + redis');
  t.after(backing.close);
  const server = await startServer({ backing, file: CLIENTS });
  const rp = await autoApp(server.issuer);
  const underWay = Array.from({ length: 4 }, () =>
    register(server, rp, browserFor(server.issuer), somebody()).then(
      () => 'done',
      () => 'refused',
    ),
  );
  const hashing = Array.from({ length: 6 }, () => token(server.issuer).then(({ status }) => status));
  const statuses = await Promise.all(hashing);
  const begun = performance.now();
  const code = await server.stop();
  assert.equal(code, 0);
  assert.ok(performance.now() - begun < 10_000);
  assert.deepEqual(new Set(statuses), new Set([200]));
  await Promise.all(underWay);
  assert.match(server.log(), /"stopped"/);
});

test('SIGHUP takes a changed file over, and one with a problem changes nothing', async (t) => {
  const backing = await startBacking('postgres');
  t.after(backing.close);
  const server = await startServer({ backing, file: CLIENTS });
  t.after(server.stop);
  const known = async (clientId: string) => {
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: 'http://new.test/cb',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    return (await fetch(`${server.issuer}/auth?${query}`, { redirect: 'manual' })).status === 303;
  };
  const until = async (wanted: () => Promise<boolean> | boolean) => {
    for (const end = Date.now() + 5000; Date.now() < end; ) {
      if (await wanted()) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  };
  assert.equal(await known('new'), false);
  const added = CLIENTS.replace(
    'apis:',
    '  - { client_id: new, token_endpoint_auth_method: none, redirect_uris: [http://new.test/cb] }\napis:',
  );
  server.reload(added);
  assert.ok(await until(() => known('new')));
  server.reload(added.replace('[http://new.test/cb]', '[nonsense]'));
  assert.ok(await until(() => server.log().includes('not reloaded')));
  assert.equal(await known('new'), true);
});

test('a wrong configuration: every problem in one message, exit code 78, the port never opened', async () => {
  const port = await freePort();
  const file = join(mkdtempSync(join(tmpdir(), 'sallyport-')), 'wrong.yaml');
  writeFileSync(file, 'clients: [{ client_id: a, redirect_uris: [nonsense] }]\n');
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const env = {
    PATH: process.env.PATH ?? '',
    ISSUER: 'http://id.example',
    PORT: String(port),
    SALLYPORT_SECRTE: 'x',
    LOG_LEVEL: 'loud',
    SALLYPORT_CONFIG: file,
  };
  const child = spawn(process.execPath, [main], { env });
  let output = '';
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  let opened = false;
  const watch = setInterval(
    () =>
      connect({ port, host: '127.0.0.1' })
        .on('connect', () => (opened = true))
        .on('error', () => undefined),
    20,
  );
  const [code] = await once(child, 'exit');
  clearInterval(watch);
  assert.equal(code, 78);
  assert.equal(opened, false);
  for (const named of ['ISSUER', 'SALLYPORT_SECRTE', 'LOG_LEVEL']) assert.match(output, new RegExp(named));
});
