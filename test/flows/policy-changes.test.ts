// needs: postgres redis
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { environmentOf, sallyport, succeeds, within } from '../support/cli.ts';
import { FIRST_PARTY, oauthError, signedUp } from '../support/people.ts';
import { raw } from '../support/raw-http.ts';
import { withPolicies } from '../support/second-door.ts';
import { startBacking, startServer } from '../support/server.ts';
import { freePort } from '../support/services.ts';
import { startSmtpServer } from '../support/smtp-server.ts';

const GROUPS = 'groups: [{ id: suspended }]\n';
const file = (mode: 'off' | 'enforce') =>
  withPolicies(
    `
  - { name: Suspended, mode: enforce, if: { group: [suspended] }, then: { block: true } }
  - { name: Shut, mode: ${mode}, if: { client: [auto] }, then: { block: true } }
`,
    GROUPS,
  );

/** Two servers of one issuer on one database, somebody signed in, and the command of the operator. */
async function setUpTwo(t: TestContext) {
  const backing = await startBacking('postgres + redis');
  t.after(backing.close);
  const first = await startServer({ backing, file: file('off') });
  t.after(first.stop);
  const port = await freePort();
  const env = { ISSUER: first.issuer };
  const second = await startServer({ backing, file: file('off'), port, env, mail: first.mail });
  t.after(second.stop);
  const origins = [first.issuer, `http://localhost:${port}`];
  const host = new URL(first.issuer).host;
  const { rp, browser, person, tokens } = await signedUp(first);

  /** What one server says of the session, by a silent sign-in, and of the access token. */
  async function standing(origin: string): Promise<string> {
    const { url } = await rp.start({ prompt: 'none' });
    const cookie = browser.jar.header(url) ?? '';
    const silent = await raw(origin, { target: `${url.pathname}${url.search}`, headers: { host, cookie } });
    const back = new URL(`${silent.headers.location}`);
    assert.equal(`${back.origin}${back.pathname}`, FIRST_PARTY);
    const authorization = `Bearer ${tokens.access_token}`;
    const me = await raw(origin, { target: '/me', headers: { host, authorization } });
    return `${back.searchParams.get('error') ?? 'signed in'}, ${me.status}`;
  }

  /** On both, at most a second after the operator's command came back. */
  async function isEverywhere(expected: string): Promise<void> {
    const seen = async () => Promise.all(origins.map(standing));
    await within(1000, async () => (await seen()).every((one) => one === expected));
    assert.deepEqual(await seen(), [expected, expected]);
  }

  const operator = (args: string[], input?: string) => succeeds(sallyport(environmentOf(backing, first), args, input));
  return { rp, person, tokens, isEverywhere, operator };
}

test('what an operator changes is in force on every instance within a second', async (t) => {
  const { rp, person, tokens, isEverywhere, operator } = await setUpTwo(t);
  const { refresh_token: refreshToken = '' } = tokens;
  await isEverywhere('signed in, 200');

  await t.test('a policy that is turned on, and off again', async () => {
    await operator(['apply', '-'], file('enforce'));
    await isEverywhere('access_denied, 401');
    await assert.rejects(rp.refresh(refreshToken), oauthError('invalid_grant'));
    await operator(['apply', '-'], file('off'));
    await isEverywhere('signed in, 200');
  });

  await t.test('a group that somebody is put into, and taken out of', async () => {
    await operator(['group', 'add', 'suspended', person.email]);
    await isEverywhere('access_denied, 401');
    await assert.rejects(rp.refresh(refreshToken), oauthError('invalid_grant'));
    await operator(['group', 'remove', 'suspended', person.email]);
    await isEverywhere('signed in, 200');
    assert.ok((await rp.refresh(refreshToken)).access_token, 'nothing was taken that is not given back');
  });

  await t.test('a user who is disabled', async () => {
    await operator(['user', 'disable', person.email]);
    await isEverywhere('login_required, 401');
  });
});

const LOCKOUT = withPolicies('  - { name: Shut, mode: enforce, then: { block: true } }');

test('a file that locks every administrator out is refused at start and on SIGHUP, and stands once it was forced', async (t) => {
  const backing = await startBacking('postgres');
  t.after(backing.close);
  const mail = await startSmtpServer();
  t.after(mail.close);
  await assert.rejects(startServer({ backing, file: LOCKOUT, mail }), /policies "Shut": locks every administrator out/);

  const server = await startServer({ backing, file: file('off'), mail });
  server.reload(LOCKOUT);
  assert.equal(await within(5000, async () => server.log().includes('locks every administrator out')), true);
  assert.match(server.log(), /the configuration was not reloaded/);
  const operator = (args: string[], input?: string) => succeeds(sallyport(environmentOf(backing, server), args, input));
  assert.match(await operator(['policy', 'list']), /^Shut +off/m);
  await operator(['apply', '-', '--force'], LOCKOUT);
  await server.stop();

  const again = await startServer({ backing, file: LOCKOUT, mail });
  t.after(again.stop);
  assert.match(again.log(), /"level":40.*locks every administrator out/);
});
