// needs: postgres redis
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';
import * as jose from 'jose';
import { accountOwner, type Owner } from '../support/account.ts';
import { allSent } from '../support/account-factors.ts';
import { besiege, type Fortress, type Story } from '../support/fortress.ts';
import { arrived, autoApp, browserFor, CLIENTS, MACHINE_SECRET, signIn } from '../support/people.ts';
import { type RawAnswer, raw } from '../support/raw-http.ts';
import { type Browser, createBrowser, createRelyingParty } from '../support/rp.ts';
import { errorOf, visit } from '../support/second-door.ts';
import { startServer } from '../support/server.ts';

/** What two apps are told: `<app> <sub> <sid>` of each logout token, its signature not looked at. */
const notices: string[] = [];
const apps = createServer(async (request, response) => {
  const token = new URLSearchParams(await text(request)).get('logout_token') ?? '';
  const { aud, sub, sid } = jose.decodeJwt(token);
  notices.push(`${aud} ${sub} ${sid}`);
  response.writeHead(200).end();
});
await new Promise<void>((resolve) => apps.listen(0, '127.0.0.1', resolve));
after(() => apps.close());
const { port } = apps.address() as AddressInfo;

const TOLD = 'http://told.test/callback';
const FILE = CLIENTS.replace(
  'first_party: true',
  `first_party: true\n    backchannel_logout_uri: http://127.0.0.1:${port}/auto`,
).replace(
  'apis:',
  `  - client_id: told
    client_secret: ${MACHINE_SECRET}
    first_party: true
    redirect_uris: [${TOLD}]
    backchannel_logout_uri: http://127.0.0.1:${port}/told
    scope: openid
apis:`,
);
const env = { OUTBOUND_ALLOW: `127.0.0.1:${port}` };

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1';

const stories: Record<string, Story> = {
  'one of several sessions is known by its browser, its apps and its times, and ended alone': async (server) => {
    const owner = await accountOwner(server);
    const auto = await autoApp(server.issuer);
    const [firefox, safari] = [FIREFOX, SAFARI].map((agent) =>
      createBrowser({ origins: [server.issuer], headers: { 'user-agent': agent } }),
    ) as [Browser, Browser];
    for (const browser of [firefox, safari]) await signIn(auto, browser, owner.person);
    const seen = await owner.page('sessions');
    assert.match(seen.page.text, /Firefox on Linux .*Signed in .* last seen .* Used for Auto Insurance/);
    const ended = await owner.browser.submit(seen, {}, 'Sign out Safari on iPhone');
    assert.match(ended.page.text, /Signed out there\./);
    assert.doesNotMatch(ended.page.text, /Safari on iPhone/);
    assert.equal(await silently(auto, safari), 'login_required');
    for (const browser of [firefox, owner.browser]) assert.equal(await silently(auto, browser), undefined);
  },

  'what ends at one server is refused with the very next request at another': async (server) => {
    const owner = await accountOwner(server);
    await besideIt(server, async (ask) => {
      for (const [verb, fieldsOf] of Object.entries(endings)) {
        const other = browserFor(server.issuer);
        await signIn(await autoApp(server.issuer), other, owner.person);
        const cookie = other.jar.header(new URL(`${server.issuer}/account`)) ?? '';
        const looks = () => ask('/account', { accept: 'application/json', cookie });
        assert.equal((await looks()).status, 200);
        assert.equal((await owner.act('sessions', verb, await fieldsOf(owner))).status, 200);
        assert.equal((await looks()).status, 401, verb);
      }
    });
  },

  'an app that is taken back at one server is out with the very next request at another': async (server) => {
    const owner = await accountOwner(server);
    const auto = await autoApp(server.issuer);
    const { access_token: token } = await auto.refresh(owner.refreshToken);
    await besideIt(server, async (ask) => {
      const uses = () => ask('/me', { authorization: `Bearer ${token}` });
      assert.equal((await uses()).status, 200);
      assert.equal((await owner.act('apps', 'withdraw', { id: 'auto' })).status, 200);
      assert.equal((await uses()).status, 401);
    });
  },
};

for (const setUp of ['postgres', 'postgres + redis'] as const) {
  besiege(`sessions on ${setUp}`, { file: FILE, setUp, env }, stories);
}

besiege(
  'the apps of a session',
  { file: FILE, env },
  {
    'each app of a session that is ended from the account pages is told, once, and no other': async (server) => {
      for (const [verb, fieldsOf] of Object.entries(endings)) {
        const owner = await accountOwner(server);
        const other = browserFor(server.issuer);
        const first = await signIn(await autoApp(server.issuer), other, owner.person);
        const told = await createRelyingParty({
          ...{ issuer: server.issuer, clientId: 'told', clientSecret: MACHINE_SECRET, redirectUri: TOLD },
          scope: 'openid',
        });
        const journey = await told.start();
        const second = await journey.finish(arrived(await other.get(journey.url)));
        notices.length = 0;
        assert.equal((await owner.act('sessions', verb, await fieldsOf(owner))).status, 200);
        await allSent(server);
        const wanted = [first, second].map((tokens) => tokens.claims());
        assert.deepEqual(
          notices.toSorted(),
          wanted.map((claims) => `${claims?.aud} ${owner.userId} ${claims?.sid}`).sort(),
          verb,
        );
      }
    },

    'the session somebody is in ends, too, and its apps are told': async (server: Fortress) => {
      const owner = await accountOwner(server);
      const { current } = (await owner.model('sessions')) as { current: { id: string } };
      notices.length = 0;
      await owner.act('sessions', 'end', { id: current.id });
      await allSent(server);
      assert.equal(notices.length, 1);
      assert.match(notices[0] ?? '', new RegExp(`^auto ${owner.userId} `));
      assert.equal(await silently(await autoApp(server.issuer), owner.browser), 'login_required');
    },
  },
);

/** Both ways to end the one other session there is: the verb, and its fields. */
const endings: Record<string, (owner: Owner) => Promise<Record<string, string>>> = {
  async end({ model }) {
    const { others } = (await model('sessions')) as { others: { id: string }[] };
    assert.equal(others.length, 1);
    return { id: others[0]?.id ?? '' };
  },
  'end-others': async () => ({}),
};

/** Another server on the same database, and how it is asked. */
async function besideIt(
  { backing, mail, issuer }: Fortress,
  work: (ask: (target: string, headers: Record<string, string>) => Promise<RawAnswer>) => Promise<void>,
): Promise<void> {
  const second = await startServer({ backing, file: FILE, mail, env: { ...env, ISSUER: issuer } });
  const { port: own } = new URL(second.issuer);
  const { host } = new URL(issuer);
  try {
    await work((target, headers) => raw(`http://localhost:${own}`, { target, headers: { host, ...headers } }));
  } finally {
    await second.stop();
  }
}

async function silently(app: Awaited<ReturnType<typeof autoApp>>, browser: Browser): Promise<string | undefined> {
  return errorOf((await visit(app, browser, { prompt: 'none' })).first);
}
