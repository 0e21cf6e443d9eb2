// needs: postgres
import assert from 'node:assert/strict';
import { besiege, type Fortress } from '../support/fortress.ts';
import { autoApp, browserFor, CLIENTS, signedUp, somebody } from '../support/people.ts';
import type { Answer, Browser } from '../support/rp.ts';

const PASSWORD = 'four horses walk slowly home';
const WRONG_CODE = '000000';

interface Told {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** An answer without what differs between any two: the address, the sign-in's name, references, cookies and seconds. */
function told({ status, headers, body, url }: Answer, email: string): Told {
  const changing = new Set([
    'date',
    'x-request-id',
    'set-cookie',
    'content-length',
    'etag',
    'connection',
    'keep-alive',
  ]);
  const uid = url.pathname.split('/')[2] ?? 'none';
  const plain = (text: string) =>
    text
      .replaceAll(uid, 'UID')
      .replaceAll(email, 'ADDRESS')
      .replaceAll(email.split('@')[0] ?? '', 'LOCAL')
      .replace(/.…(?=<wbr>@|@)/g, 'X…')
      .replace(/\b\d+ ?(?:s|seconds?)\b|data-[\w-]+="\d+"|\b\d:\d\d\b/g, 'SECONDS')
      .replace(/[\w-]{22}(?=<\/code>)/g, 'REFERENCE');
  return {
    status,
    headers: Object.fromEntries(
      [...headers].filter(([name]) => !changing.has(name)).map(([name, value]) => [name, plain(value)]),
    ),
    body: plain(body),
  };
}

/** Every answer of a journey, for one address. */
type Journey = (browser: Browser, page: Answer, email: string) => AsyncGenerator<Answer>;

const journeys: Record<string, Journey> = {
  async *'signing in with a wrong password, until the wait'(browser, page, email) {
    let answer = await browser.submit(page, { username: email });
    yield answer;
    for (let n = 0; n < 7; n += 1) {
      answer = await browser.submit(answer, { 'current-password': PASSWORD });
      yield answer;
    }
  },
  async *'signing in by code, wrong codes until it is dead, another code'(browser, page, email) {
    const password = await browser.submit(page, { username: email });
    let answer = await browser.submit(password, {}, 'Get a code');
    yield answer;
    for (let n = 0; n < 6; n += 1) {
      answer = await browser.submit(answer, { 'one-time-code': WRONG_CODE });
      yield answer;
    }
    yield await browser.submit(answer, {}, 'Send a new code');
  },
  async *registering(browser, page, email) {
    const form = await browser.post(`${page.url}/register`, {});
    yield await browser.submit(form, { email, 'new-password': 'short' });
    let answer = await browser.submit(form, { email, 'new-password': PASSWORD });
    yield answer;
    for (let n = 0; n < 6; n += 1) {
      answer = await browser.submit(answer, { 'one-time-code': WRONG_CODE });
      yield answer;
    }
    yield await browser.submit(answer, {}, 'Send a new code');
  },
  async *'forgetting the password'(browser, page, email) {
    const password = await browser.submit(page, { username: email });
    const recover = await browser.submit(password, {}, 'Forgot');
    yield recover;
    let answer = await browser.submit(recover, { username: email });
    yield answer;
    for (let n = 0; n < 3; n += 1) {
      answer = await browser.submit(answer, { 'one-time-code': WRONG_CODE });
      yield answer;
    }
    yield await browser.submit(answer, {}, 'Send a new code');
  },
};

async function walk(server: Fortress, journey: Journey, email: string): Promise<Told[]> {
  const browser = browserFor(server.issuer);
  const page = await browser.get((await (await autoApp(server.issuer)).start()).url);
  const answers: Told[] = [];
  for await (const answer of journey(browser, page, email)) answers.push(told(answer, email));
  return answers;
}

const stories = Object.entries(journeys).map(([name, journey]) => [
  `${name}: the same answers for an address somebody has and one nobody has`,
  async (server: Fortress) => {
    const { person } = await signedUp(server);
    await server.sql('delete from attempts');
    const known = await walk(server, journey, person.email);
    const unknown = await walk(server, journey, somebody().email);
    assert.deepEqual(unknown, known);
    assert.ok(known.length > 2 && known.every(({ status }) => status === 200));
  },
]);

besiege(
  'no oracle',
  { file: CLIENTS },
  {
    ...Object.fromEntries(stories),

    'two recoveries of one address at once: the older one’s code is void, whether or not there ever was an account':
      async (server: Fortress) => {
        const { person } = await signedUp(server);
        const heard: string[] = [];
        for (const email of [person.email, somebody().email]) {
          const begin = async () => {
            const browser = browserFor(server.issuer);
            const page = await browser.get((await (await autoApp(server.issuer)).start()).url);
            const recover = await browser.submit(await browser.submit(page, { username: email }), {}, 'Forgot');
            return { browser, page: await browser.submit(recover, { username: email }) };
          };
          const older = await begin();
          const newer = await begin();
          for (const { browser, page } of [older, newer]) {
            const answer = await browser.submit(page, { 'one-time-code': WRONG_CODE });
            heard.push(/expired|isn.t right/.exec(answer.page.text)?.[0] ?? answer.page.text);
          }
        }
        assert.deepEqual(heard.slice(2), heard.slice(0, 2));
      },

    'an account without a password, disabled, or not verified looks like no account to a wrong password': async (
      server: Fortress,
    ) => {
      const changes = [
        'delete from passwords where user_id = (select id from users where email = $1)',
        'update users set disabled_at = now() where email = $1',
        'update users set email_verified_at = null where email = $1',
      ];
      const journey = journeys['signing in with a wrong password, until the wait'];
      assert.ok(journey);
      const unknown = await walk(server, journey, somebody().email);
      for (const change of changes) {
        const { person } = await signedUp(server);
        await server.sql(change, [person.email]);
        assert.deepEqual(await walk(server, journey, person.email), unknown, change);
      }
    },

    'what was written for nobody is thrown away, the same way as mail is sent': async (server: Fortress) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const left = 'select kind, last_error from outbox where sent_at is null or last_error is not null';
      assert.deepEqual(await server.sql(left), []);
      assert.notDeepEqual(await server.sql(`select id from outbox where kind = 'discard'`), []);
    },
  },
);
