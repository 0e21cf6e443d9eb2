// needs: postgres
import assert from 'node:assert/strict';
import { createCookieJar } from '../support/cookies.ts';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { autoApp, CLIENTS, signedUp, somebody } from '../support/people.ts';

interface Said {
  status: number;
  headers: Headers;
  body: {
    step?: string;
    actions?: string;
    location?: string;
    errors?: Record<string, unknown>;
    error?: string;
    model?: Record<string, unknown>;
  };
}

/** An app that draws its own screens: it keeps cookies and speaks JSON. */
async function headless(server: Fortress, parameters: Record<string, string> = {}) {
  const jar = createCookieJar();
  const journey = await (await autoApp(server.issuer)).start(parameters);

  async function ask(target: URL | string, init: RequestInit = {}): Promise<Said> {
    const url = new URL(target, server.issuer);
    const cookie = jar.header(url);
    const headers = {
      accept: 'application/json',
      ...(cookie ? { cookie } : {}),
      ...(init.headers as Record<string, string>),
    };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    jar.take(url, answer.headers);
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : {},
    };
  }

  const at = (await ask(journey.url)).headers.get('location') ?? '';
  const send = (verb: string, form: object, headers: Record<string, string> = {}) =>
    ask(`${at}/${verb}`, {
      method: 'POST',
      body: JSON.stringify(form),
      headers: { 'content-type': 'application/json', ...headers },
    });
  /** Follows the last answer's address until it leaves the server. */
  async function finish(said: Said) {
    let to = said.body.location ?? '';
    for (let hop = 0; hop < 5 && to.startsWith(server.issuer); hop += 1)
      to = (await ask(to)).headers.get('location') ?? '';
    return journey.finish(new URL(to));
  }
  return { ask, send, finish, show: () => ask(at), at };
}

besiege(
  'signing in by JSON',
  { file: CLIENTS },
  {
    'a new person registers without a page, and errors are by field': async (server) => {
      const { send, show, finish } = await headless(server, { prompt: 'create' });
      const person = somebody();
      const first = await show();
      assert.equal(first.body.step, 'sign-in/register');
      assert.match(first.headers.get('cache-control') ?? '', /no-store/);
      const wrong = await send('submit', { email: 'nonsense', new_password: 'short' });
      assert.deepEqual(Object.keys(wrong.body.errors ?? {}).sort(), ['email', 'new_password']);
      const sent = await send('submit', { email: person.email, new_password: person.password });
      assert.equal(sent.body.step, 'tasks/verify-email');
      assert.deepEqual(sent.body.errors, {});
      assert.doesNotMatch(JSON.stringify(sent.body), new RegExp(`${person.password}|argon2|remember|codeId`));
      const code = { code: (await waitForMail(server.mail, person.email, 'verify_email')).code };
      const bad = await send('submit', { code: code.code === '123456' ? '654321' : '123456' });
      assert.equal(bad.body.errors?.code, 'code_wrong');
      const done = await send('submit', code);
      assert.ok(done.body.location);
      assert.equal((await finish(done)).claims()?.email, person.email);
    },

    'somebody signs in by password or by code, and the limits are the same': async (server) => {
      const { person } = await signedUp(server);
      const { send, finish } = await headless(server);
      const password = await send('submit', { identifier: person.email });
      assert.equal(password.body.step, 'sign-in/password');
      assert.equal(password.body.actions?.startsWith('/interaction/'), true);
      for (let n = 0; n < 5; n += 1) {
        const wrong = await send('submit', { password: 'not the right password' });
        assert.equal(wrong.body.errors?.password, 'wrong_credentials');
      }
      const blocked = await send('submit', { password: person.password });
      assert.match(JSON.stringify(blocked.body.errors), /too_many_tries/);
      assert.match(blocked.headers.get('retry-after') ?? '', /^[12]$/);
      assert.equal(blocked.body.location, undefined);
      const code = await send('choose', { method: 'email-code' });
      assert.equal(code.body.step, 'sign-in/email-code');
      const done = await send('submit', { code: (await waitForMail(server.mail, person.email, 'sign_in_code')).code });
      assert.deepEqual((await finish(done)).claims()?.amr, ['otp']);
    },

    'known and unknown addresses read the same': async (server) => {
      const { person } = await signedUp(server);
      const read = async (email: string) => {
        const { send, at } = await headless(server);
        const said = [
          await send('submit', { identifier: email }),
          await send('submit', { password: 'not the right password' }),
          await send('choose', { method: 'email-code' }),
        ];
        const local = email.split('@')[0] ?? '';
        const text = JSON.stringify(said.map(({ status, body }) => ({ status, body }))).replaceAll(
          at.split('/').at(-1) ?? '',
          'UID',
        );
        return text
          .replaceAll(local, 'LOCAL')
          .replace(/".…@/g, '"X…@')
          .replace(/"resend_in_seconds":\d+/g, '');
      };
      assert.equal(await read(somebody().email), await read(person.email));
    },

    'nothing but a JSON object is taken, and what is nested is not': async (server) => {
      const { ask, at, send } = await headless(server);
      const post = (body: string, type = 'application/json') =>
        ask(`${at}/submit`, { method: 'POST', body, headers: { 'content-type': type } });
      for (const body of ['[]', 'null', '"x"', '{', '1', '{"a":1}}'])
        assert.equal((await post(body)).status, 400, body);
      assert.equal((await post('a=b', 'text/plain')).status, 415);
      assert.equal((await post(`{"identifier":"${'x'.repeat(40_000)}"}`)).status, 413);
      assert.equal(
        (await send('submit', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}`, 'x'])))).status,
        400,
      );
      const nested = await send('submit', { identifier: { $ne: '' }, __proto__: { identifier: 'a@b.test' } });
      assert.equal(nested.body.errors?.identifier, 'required');
      const polluted = await post(
        '{"__proto__":{"identifier":"a@mail.test"},"constructor":{"prototype":{"identifier":"a@mail.test"}}}',
      );
      assert.equal(polluted.body.errors?.identifier, 'required');
    },

    'other sites, other browsers and unknown verbs are refused, as problems (RFC 9457)': async (server) => {
      const { send, at } = await headless(server);
      const cross = await send('submit', { identifier: 'a@mail.test' }, { origin: 'https://evil.test' });
      assert.equal(cross.status, 403);
      assert.equal(cross.headers.get('content-type')?.split(';')[0], 'application/problem+json');
      assert.equal(cross.body.error, 'forbidden');
      for (const verb of ['finish', 'allow', 'constructor', '__proto__', 'toString', 'SUBMIT']) {
        assert.equal((await send(verb, {})).status, 404, verb);
      }
      const stranger = await fetch(new URL(at, server.issuer), { headers: { accept: 'application/json' } });
      assert.equal(stranger.status, 400);
      assert.match(((await stranger.json()) as { error: string }).error, /cookies_missing|interaction_expired/);
      assert.equal((await send('choose', { method: 'register' })).status, 200);
      assert.equal((await send('choose', { method: 'nothing' })).status, 400);
      assert.equal((await send('choose', {})).status, 400);
    },

    'leaving tells the app, by its address': async (server) => {
      const { send, ask } = await headless(server);
      const left = await send('cancel', {});
      const resumed = await ask(left.body.location ?? '');
      assert.equal(new URL(resumed.headers.get('location') ?? '').searchParams.get('error'), 'access_denied');
    },
  },
);
