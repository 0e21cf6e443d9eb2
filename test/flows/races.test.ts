// needs: postgres redis
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import * as jose from 'jose';
import * as client from 'openid-client';
import { waitForMail } from '../support/mailbox.ts';
import { arrived, autoApp, CLIENTS, FIRST_PARTY, MACHINE_SECRET, signedUp } from '../support/people.ts';
import { type RawAnswer, raw } from '../support/raw-http.ts';
import { createBrowser, createRelyingParty } from '../support/rp.ts';
import { startBacking, startServer } from '../support/server.ts';
import { freePort } from '../support/services.ts';

const TRIES = 20;
const { privateKey, publicKey } = await jose.generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await jose.exportJWK(publicKey)), kid: 'app', alg: 'ES256', use: 'sig' };
const FILE = CLIENTS.replace(
  'apis:',
  `  - client_id: assertive
    token_endpoint_auth_method: private_key_jwt
    grant_types: [client_credentials]
    jwks: { keys: [${JSON.stringify(jwk)}] }
apis:`,
);

/** Two servers of one issuer on the same stores; requests alternate between them. */
async function startTwo(ports: [number, number], backing: Awaited<ReturnType<typeof startBacking>>) {
  const first = await startServer({ backing, file: FILE, port: ports[0] });
  const second = await startServer({
    backing,
    file: FILE,
    port: ports[1],
    mail: first.mail,
    env: { ISSUER: first.issuer },
  });
  const origins = [first.issuer, `http://localhost:${ports[1]}`];
  const host = new URL(first.issuer).host;

  /** The same POST again and again, all at once. */
  const atOnce = (target: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    Promise.all(
      Array.from({ length: TRIES }, (_, index) =>
        raw(origins[index % 2] ?? '', {
          method: 'POST',
          target,
          headers: { host, 'content-type': 'application/x-www-form-urlencoded', ...headers },
          body: new URLSearchParams(fields).toString(),
        }),
      ),
    );
  return { first, second, atOnce };
}

type Two = Awaited<ReturnType<typeof startTwo>>;

const succeeded = (answers: readonly RawAnswer[]) => answers.filter(({ status }) => status === 200).length;

function onlyRefused(answers: readonly RawAnswer[]): void {
  for (const { status, body } of answers)
    assert.ok(status === 200 || (status >= 400 && status < 500), `${status} ${body}`);
}

/** The code was right: who comes after the winner meets the same step, with an error. */
function isNewPasswordStep(body: string): boolean {
  const { step, errors = {} } = JSON.parse(body) as { step?: string; errors?: object };
  return step === 'sign-in/new-password' && Object.keys(errors).length === 0;
}

/** Each makes one thing that may be used once, and says how it is used. */
const once: Record<string, (two: Two) => Promise<() => Promise<RawAnswer[]>>> = {
  async 'an authorization code'({ first, atOnce }) {
    const { rp, browser } = await signedUp(first);
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(rp.config, {
      redirect_uri: FIRST_PARTY,
      scope: 'openid offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const code = arrived(await browser.get(url)).searchParams.get('code') ?? '';
    const fields = {
      grant_type: 'authorization_code',
      client_id: 'auto',
      redirect_uri: FIRST_PARTY,
      code,
      code_verifier: verifier,
    };
    return () => atOnce('/token', fields);
  },

  async 'a refresh token'({ first, atOnce }) {
    const { tokens } = await signedUp(first);
    const fields = { grant_type: 'refresh_token', client_id: 'auto', refresh_token: String(tokens.refresh_token) };
    return () => atOnce('/token', fields);
  },

  async 'a client assertion'({ first, atOnce }) {
    const assertion = await new jose.SignJWT({
      iss: 'assertive',
      sub: 'assertive',
      aud: first.issuer,
      jti: randomUUID(),
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'app' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const fields = { grant_type: 'client_credentials', client_assertion_type: type, client_assertion: assertion };
    return () => atOnce('/token', fields);
  },

  async 'a DPoP proof'({ first, atOnce }) {
    const { kid: _kid, alg: _alg, use: _use, ...bare } = jwk;
    const proof = await new jose.SignJWT({ htm: 'POST', htu: `${first.issuer}/token`, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: bare })
      .setIssuedAt()
      .sign(privateKey);
    const fields = { grant_type: 'client_credentials', client_id: 'machine', client_secret: MACHINE_SECRET };
    return () => atOnce('/token', fields, { dpop: proof });
  },

  async 'a reset code'({ first, atOnce }) {
    const { person } = await signedUp(first);
    const rp = await autoApp(first.issuer);
    const browser = createBrowser({ origins: [first.issuer] });
    const identify = await browser.get((await rp.start()).url);
    const password = await browser.submit(identify, { username: person.email });
    const target = password.url.pathname;
    await browser.post(`${password.url}/recover`, {});
    await browser.post(`${password.url}/submit`, { identifier: person.email });
    const { code } = await waitForMail(first.mail, person.email, 'reset_password');
    const cookie = browser.jar.header(password.url) ?? '';
    return async () => {
      const answers = await atOnce(`${target}/submit`, { code }, { accept: 'application/json', cookie });
      return answers.map((answer) => ({ ...answer, status: isNewPasswordStep(answer.body) ? 200 : 400 }));
    };
  },

  async 'a reset link'({ first, atOnce }) {
    const { person } = await signedUp(first);
    const rp = await autoApp(first.issuer);
    const browser = createBrowser({ origins: [first.issuer] });
    const identify = await browser.get((await rp.start()).url);
    const password = await browser.submit(identify, { username: person.email });
    await browser.post(`${password.url}/recover`, {});
    await browser.post(`${password.url}/submit`, { identifier: person.email });
    const { link } = await waitForMail(first.mail, person.email, 'reset_password');
    assert.equal(new URL(link).origin, first.issuer);
    return () => atOnce(new URL(link).pathname, { new_password: 'quite another long password' });
  },
};

test('what works once has exactly one winner among parallel tries at two servers, and none after a restart or a flush', async (t) => {
  const backing = await startBacking('postgres + redis', { durable: true });
  t.after(backing.close);
  const ports: [number, number] = [await freePort(), await freePort()];
  let two = await startTwo(ports, backing);
  const stop = async ({ first, second }: Two) => {
    await second.stop();
    await first.stop();
  };
  t.after(() => stop(two));

  const uses = new Map<string, () => Promise<RawAnswer[]>>();
  for (const [name, make] of Object.entries(once)) {
    await t.test(`${name}: one of ${TRIES}`, async () => {
      const use = await make(two);
      uses.set(name, use);
      const answers = await use();
      onlyRefused(answers);
      assert.equal(succeeded(answers), 1);
    });
  }

  await t.test('the grant of a code or refresh token that was replayed is over', async () => {
    const { tokens } = await signedUp(two.first);
    const fields = { grant_type: 'refresh_token', client_id: 'auto', refresh_token: String(tokens.refresh_token) };
    const winner = (await two.atOnce('/token', fields)).find(({ status }) => status === 200);
    const { refresh_token: next } = JSON.parse(winner?.body ?? '{}') as { refresh_token: string };
    const rp = await createRelyingParty({ issuer: two.first.issuer, clientId: 'auto', redirectUri: FIRST_PARTY });
    await assert.rejects(rp.refresh(next));
  });

  await stop(two);
  two = await startTwo(ports, backing);
  for (const [name, use] of uses) {
    await t.test(`${name}: none after a restart`, async () => assert.equal(succeeded(await use()), 0));
  }
  await flush(backing.redis?.url ?? '');
  for (const [name, use] of uses) {
    await t.test(`${name}: none after the ephemeral store was emptied`, async () =>
      assert.equal(succeeded(await use()), 0),
    );
  }
});

async function flush(url: string): Promise<void> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}
