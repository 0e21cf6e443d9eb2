// needs: postgres
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { environmentOf, sallyport, setUp, succeeds, within } from '../support/cli.ts';
import { autoApp, browserFor, CLIENTS, MACHINE_SECRET, register, signIn, somebody } from '../support/people.ts';
import { startBacking, startServer } from '../support/server.ts';

test('commands change an installation while its server runs', async (t) => {
  const { backing, server, command } = await setUp(t);

  await t.test('what is exported and read back changes nothing, and holds no secret', async () => {
    const file = await succeeds(command(['export']));
    assert.match(file, /client_id: quotes/);
    assert.doesNotMatch(file, new RegExp(MACHINE_SECRET));
    assert.match(file, /client_secret:\s+env: QUOTES_CLIENT_SECRET/);
    const secrets = { QUOTES_CLIENT_SECRET: MACHINE_SECRET, MACHINE_CLIENT_SECRET: MACHINE_SECRET };
    const env = { ...environmentOf(backing, server), ...secrets };
    assert.match(await succeeds(sallyport(env, ['plan', '-'], file)), /The file changes nothing/);
  });

  await t.test('plan shows what apply does; the server goes by it within a second', async () => {
    const file = CLIENTS.replace('http://auto.test/callback', 'http://auto.test/elsewhere');
    assert.match(await succeeds(command(['plan', '-'], file)), /^~ client auto redirect_uris$/m);
    const start = `${server.issuer}/auth?client_id=auto&response_type=code&scope=openid&code_challenge_method=S256&code_challenge=${'a'.repeat(43)}&redirect_uri=http://auto.test/elsewhere`;
    const accepted = async () => (await fetch(start, { redirect: 'manual' })).status === 303;
    assert.equal(await accepted(), false);
    await succeeds(command(['apply', '-'], file));
    assert.equal(await within(1000, accepted), true);
    assert.match(await succeeds(command(['apply', '-'], CLIENTS)), /^~ client auto/m);
    assert.match(await succeeds(command(['apply', '-'], CLIENTS)), /Nothing to do/);
  });

  await t.test('a file with a problem changes nothing, and every problem is named', async () => {
    const { code, err } = await command(['apply', '-'], CLIENTS.replace('first_party', 'first_part'));
    assert.equal(code, 78);
    assert.match(err, /clients\[0\].*first_part/);
  });

  await t.test('a disabled user is out: session, refresh token and access token are dead', async () => {
    const [rp, browser, person] = [await autoApp(server.issuer), browserFor(server.issuer), somebody()];
    const tokens = await register(server, rp, browser, person);
    assert.match(await succeeds(command(['user', 'list', person.email])), new RegExp(person.email));
    await succeeds(command(['user', 'disable', person.email]));
    await assert.rejects(rp.refresh(tokens.refresh_token ?? ''), { error: 'invalid_grant' });
    await assert.rejects(rp.userInfo(tokens.access_token));
    const silent = await rp.start({ prompt: 'none' });
    const back = await browser.get(silent.url);
    assert.equal(back.location?.searchParams.get('error'), 'login_required');

    await succeeds(command(['user', 'enable', person.email]));
    await assert.rejects(rp.refresh(tokens.refresh_token ?? ''), { error: 'invalid_grant' });
    assert.ok((await signIn(rp, browserFor(server.issuer), person)).access_token);
  });

  await t.test('a user who is signed out everywhere signs in again; one who is deleted is gone', async () => {
    const [rp, person] = [await autoApp(server.issuer), somebody()];
    const tokens = await register(server, rp, browserFor(server.issuer), person);
    await succeeds(command(['user', 'sign-out', person.email]));
    await assert.rejects(rp.refresh(tokens.refresh_token ?? ''), { error: 'invalid_grant' });
    assert.ok((await signIn(rp, browserFor(server.issuer), person)).access_token);
    const risk = async () =>
      JSON.parse(await succeeds(command(['user', 'show', person.email, '--json']))).risk as string | undefined;
    await succeeds(command(['user', 'clear-risk', person.email]));
    assert.equal(await risk(), undefined);
    await succeeds(command(['user', 'delete', person.email]));
    const { code, err } = await command(['user', 'show', person.email]);
    assert.deepEqual([code, err], [1, `There is no user ${person.email}.\n`]);
  });

  await t.test('rotated keys are published at once, and what the old ones signed still verifies', async () => {
    const rp = await autoApp(server.issuer);
    const { id_token: token = '' } = await register(server, rp, browserFor(server.issuer), somebody());
    const published = async () =>
      ((await (await fetch(`${server.issuer}/jwks`)).json()) as { keys: object[] }).keys.length;
    const before = await published();
    await succeeds(command(['keys', 'rotate']));
    assert.equal(await within(1000, async () => (await published()) === before + 2), true);
    await jwtVerify(token, createRemoteJWKSet(new URL(`${server.issuer}/jwks`)), { issuer: server.issuer });
    const keys = JSON.parse(await succeeds(command(['keys', 'list', '--json']))) as object[];
    assert.equal(keys.length, before + 2);
    assert.ok(keys.every((key) => !('sealed' in key)));
  });

  await t.test('an initial access token registers one client, once (RFC 7591 section 3)', async () => {
    await succeeds(command(['apply', '-'], CLIENTS.replace('settings:', 'settings:\n  dynamic_registration: true')));
    const token = (await succeeds(command(['client', 'initial-access-token', '--hours', '1']))).trim();
    const registration = () =>
      fetch(`${server.issuer}/reg`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://new.test/callback'], client_name: 'New' }),
      });
    assert.equal(await within(1000, async () => (await registration()).status === 201), true);
    assert.equal((await registration()).status, 401);
    const list = await succeeds(command(['client', 'list']));
    assert.match(list, /New +registration/);
  });

  await t.test('doctor finds nothing wrong, and says what is', async () => {
    const findings = JSON.parse(await succeeds(command(['doctor', '--json']))) as { what: string; verdict: string }[];
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict !== 'ok'),
      [],
    );
    const env = { ...environmentOf(backing, server), SALLYPORT_SECRET: 'x'.repeat(40), SMTP_URL: 'smtp://127.0.0.1:1' };
    const { code, out } = await sallyport(env, ['doctor']);
    assert.equal(code, 1);
    assert.match(out, /failed +secrets/);
    assert.match(out, /failed +mail/);
  });
});

test('a command that cannot do its work says why and what to do', async (t) => {
  const [backing, empty] = [await startBacking('pglite'), await startBacking('postgres')];
  t.after(backing.close);
  t.after(empty.close);
  const env = { ...backing.env, ISSUER: 'http://localhost:1' };

  await t.test('a word it does not know', async () => {
    const { code, err } = await sallyport(env, ['user', 'lost']);
    assert.equal(code, 64);
    assert.match(err, /did you mean user list\?/);
  });

  await t.test('a configuration with problems', async () => {
    const { code, err } = await sallyport({ ...env, ISSUER: 'ftp://x', PORT: 'y' }, ['user', 'list']);
    assert.equal(code, 78);
    assert.match(err, /ISSUER.*\n- PORT/);
  });

  await t.test('a database without tables', async () => {
    const fresh = { ...empty.env, DATABASE_URL: empty.postgres?.url ?? '', ISSUER: 'http://localhost:1' };
    assert.match((await sallyport(fresh, ['user', 'list'])).err, /Run: sallyport migrate/);
    const { code, out } = await sallyport(fresh, ['doctor']);
    assert.equal(code, 0);
    assert.match(out, /warning +database +there are no tables yet/);
    assert.match(await succeeds(sallyport(fresh, ['migrate'])), /applied 0001_users/);
    assert.match(await succeeds(sallyport(fresh, ['migrate'])), /Nothing to do/);
    assert.equal(await succeeds(sallyport(fresh, ['user', 'list'])), '');
  });

  await t.test('an embedded database that its server has open', async (t) => {
    const server = await startServer({ backing, file: CLIENTS });
    t.after(server.stop);
    const { code, err } = await sallyport(env, ['user', 'list']);
    assert.equal(code, 69);
    assert.match(err, /in use by process \d+.*\nStop the server first; to apply a changed file, send it SIGHUP/);
  });
});
