// needs: postgres redis
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import * as client from 'openid-client';
import { waitForMail } from '../support/mailbox.ts';
import {
  arrived,
  autoApp,
  browserFor,
  CLIENTS,
  MACHINE_SECRET,
  quotesApp,
  register,
  signIn,
  somebody,
} from '../support/people.ts';
import { createRelyingParty } from '../support/rp.ts';
import { SECRET, startBacking, startServer } from '../support/server.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const FILE = CLIENTS.replace(
  'apis:',
  `  - client_id: television
    token_endpoint_auth_method: none
    grant_types: [${DEVICE}, refresh_token]
apis:`,
);

/** Where PostgreSQL's programs are, newest version first. */
function pgDump(url: string): string {
  const [version] = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  return execFileSync(`/usr/lib/postgresql/${version}/bin/pg_dump`, ['--inserts', url], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
}

async function redisDump(url: string): Promise<string> {
  const redis = new Redis(url);
  const keys = await redis.keys('*');
  const values = await Promise.all(keys.map(async (key) => `${key} ${await redis.get(key).catch(() => '')}`));
  redis.disconnect();
  assert.ok(keys.length > 5, 'the store was not empty');
  return values.join('\n');
}

/** The value as it is, and as a database or a log might spell it. */
function spellings(value: string): string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    encodeURIComponent(value),
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
}

test('no password, code, token or secret of a run is in the log, the database or the ephemeral store', async (t) => {
  const backing = await startBacking('postgres + redis');
  t.after(backing.close);
  const server = await startServer({ backing, file: FILE, env: { LOG_LEVEL: 'debug' } });
  t.after(server.stop);
  const { issuer } = server;
  const secrets = new Map<string, string>([
    ['master secret', SECRET],
    ['client secret', MACHINE_SECRET],
  ]);
  const keep = (name: string, value: unknown) => {
    assert.ok(typeof value === 'string' && value.length >= 6, `${name}: ${value}`);
    secrets.set(`${name} ${secrets.size}`, value);
  };

  const rp = await autoApp(issuer);
  const person = somebody();
  const browser = browserFor(issuer);
  keep('password', person.password);
  const tokens = await register(server, rp, browser, person);
  for (const name of ['access_token', 'refresh_token', 'id_token'] as const) keep(name, tokens[name]);
  const next = await rp.refresh(String(tokens.refresh_token));
  keep('rotated refresh token', next.refresh_token);
  keep('refreshed access token', next.access_token);

  const elsewhere = browserFor(issuer);
  await signIn(rp, elsewhere, person);
  for (const jar of [browser.jar, elsewhere.jar]) {
    const cookies = (jar.header(new URL(issuer)) ?? '').split('; ').map((cookie) => cookie.split('='));
    for (const [name, value] of cookies) keep(`cookie ${name}`, value);
  }

  const unused = await rp.start();
  keep('authorization code', arrived(await browser.get(unused.url)).searchParams.get('code'));

  // Half-done work: a code and a link that were mailed and not used, a registration that was not finished.
  const stranger = browserFor(issuer);
  const password = await stranger.submit(await stranger.get((await rp.start()).url), { username: person.email });
  keep('interaction', password.url.pathname.split('/').pop());
  await stranger.submit(password, { 'current-password': 'a wrong guess at a password' });
  keep('wrong password', 'a wrong guess at a password');
  await stranger.post(`${password.url}/choose`, { method: 'email-code' });
  keep('sign-in code', (await waitForMail(server.mail, person.email, 'sign_in_code')).code);
  await stranger.post(`${password.url}/recover`, {});
  await stranger.post(`${password.url}/submit`, { identifier: person.email });
  const reset = await waitForMail(server.mail, person.email, 'reset_password');
  keep('reset code', reset.code);
  keep('reset link', reset.link.split('/').pop());
  const unfinished = somebody();
  const form = await stranger.get((await rp.start({ prompt: 'create' })).url);
  await stranger.submit(form, { email: unfinished.email, 'new-password': unfinished.password });
  keep('password of an unfinished registration', unfinished.password);
  keep('verification code', (await waitForMail(server.mail, unfinished.email, 'verify_email')).code);

  const quotes = await quotesApp(issuer);
  const pushed = await quotes.push();
  keep('pushed request', pushed.url.searchParams.get('request_uri'));
  const television = await createRelyingParty({ issuer, clientId: 'television', redirectUri: '' });
  const device = await client.initiateDeviceAuthorization(television.config, { scope: 'openid' });
  keep('device code', device.device_code);
  keep('user code', device.user_code);
  keep('user code without its dash', device.user_code.replace('-', ''));
  await browser.submit(await browser.get(device.verification_uri), { user_code: device.user_code });
  const machine = await createRelyingParty({
    issuer,
    clientId: 'machine',
    redirectUri: '',
    authentication: client.ClientSecretPost(MACHINE_SECRET),
  });
  keep('machine token', (await client.clientCredentialsGrant(machine.config)).access_token);
  keep(
    'machine JWT',
    (await client.clientCredentialsGrant(machine.config, { resource: 'https://api.test', scope: 'read' })).access_token,
  );

  const places = {
    log: server.log(),
    database: pgDump(backing.databaseUrl ?? ''),
    'ephemeral store': await redisDump(backing.redis?.url ?? ''),
  };
  assert.ok(places.database.includes(person.email), 'the dump holds what it should');
  assert.doesNotMatch(places.database, /"d":|PRIVATE KEY/);
  for (const [place, content] of Object.entries(places)) {
    await t.test(place, () => {
      for (const [name, value] of secrets) {
        // Six digits turn up by chance in timestamps and hashes: only alone do they mean a code.
        const isCode = /^\d{6}$/.test(value);
        const found = isCode
          ? new RegExp(`(?<![\\w.-])${value}(?![\\w.-])`).test(content)
          : spellings(value).some((one) => content.includes(one));
        assert.ok(!found, `${name} is in the ${place}`);
      }
    });
  }
});
