// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { accountOwner, letProofGrowOld, ownerIn } from '../support/account.ts';
import { belongings, idsOf, withEverything } from '../support/account-belongings.ts';
import { downloads, sections, verbs } from '../support/account-sections.ts';
import { besiege } from '../support/fortress.ts';
import { browserFor, CLIENTS, FIRST_PARTY } from '../support/people.ts';
import { startSmsGateway } from '../support/sms-gateways.ts';

const gateway = await startSmsGateway('webhook');
after(gateway.close);

const FILE = `${CLIENTS}
sms: { countries: [DE], default_country: DE }
attributes:
  - { name: tier, type: choice, choices: [basic, gold] }
  - { name: nickname_shown, type: boolean, self_service: edit }
  - { name: score, type: number, self_service: none }
`;

besiege(
  'the account pages under attack',
  { file: FILE, env: { SMS_URL: gateway.url } },
  {
    'no verb of one person changes anything of another’s, whatever id it is given': async (server) => {
      const victim = await withEverything(server);
      const ids = await idsOf(victim);
      assert.ok(ids.length > 8, `only ${ids.length} things to try`);
      const before = await belongings(server, victim);
      for (const { section, verb } of verbs) {
        const attacker = await accountOwner(server);
        for (const id of ids) {
          const fields = {
            id,
            user_id: victim.userId,
            name: 'stolen',
            choice: 'acme',
            factor: 'totp',
            given_name: 'Stolen',
          };
          const { status, body } = await attacker.act(section, verb, fields);
          assert.ok([200, 401, 403, 422].includes(status), `${section}/${verb}: ${status}`);
          assert.ok(!JSON.stringify(body).includes(victim.person.email));
          if (status === 401) break;
        }
      }
      assert.deepEqual(await belongings(server, victim), before);
      assert.ok(await victim.model('overview'), 'and they are still signed in');
    },

    'no page and no download of one person shows anything of another’s': async (server) => {
      const victim = await withEverything(server);
      const ids = await idsOf(victim);
      const attacker = await accountOwner(server);
      const secrets = [...ids, victim.person.email, '+4930901811'].filter((one) => one.length > 8);
      for (const { name } of sections) {
        for (const id of ids) {
          const query = new URLSearchParams({ id, user_id: victim.userId, after: id, export: id });
          const { body } = await attacker.browser.get(`${server.issuer}/account/${name}?${query}`, {
            accept: 'application/json',
          });
          for (const secret of secrets) assert.ok(!body.includes(secret), `${name} shows ${secret}`);
        }
      }
      assert.ok(downloads.length > 0);
      for (const path of downloads) {
        for (const id of ids) {
          const { status } = await attacker.browser.get(`${server.issuer}/account/${path}?id=${id}`);
          assert.equal(status, 404, path);
        }
      }
    },

    'what secures an account is refused on old proof, called directly too, and changes nothing': async (server) => {
      const owner = await withEverything(server);
      const ids = await idsOf(owner);
      await letProofGrowOld(server, owner);
      const before = await belongings(server, owner);
      const secured = verbs.filter(({ secures }) => secures);
      assert.ok(secured.length >= 5);
      for (const { section, verb } of secured) {
        for (const id of ids) {
          const { status, body } = await owner.act(section, verb, { id, sure: 'true', choice: 'acme' });
          assert.deepEqual([status, body.error], [403, 'insufficient_user_authentication'], `${section}/${verb}`);
        }
      }
      for (const path of downloads) {
        const { status } = await owner.browser.get(`${server.issuer}/account/${path}?id=${ids[1]}`, {
          accept: 'application/json',
        });
        assert.equal(status, 403, path);
      }
      assert.deepEqual(await belongings(server, owner), before);
    },

    'what sign-in is asked to do for an account asks for the best proof first': async (server) => {
      const owner = await withEverything(server);
      await letProofGrowOld(server, owner);
      const visited = ['sessions', 'grants', 'known_devices'];
      const before = await belongings(server, owner, visited);
      const chosen = ['account_change', 'enroll:totp', 'enroll:webauthn', 'enroll:recovery-code'];
      chosen.push('task:change-password', 'task:change-email', 'task:verify-phone', 'link:acme');
      const never = ['task:verify-email', 'enroll:access-pass', 'x:y', ''];
      for (const purpose of [...chosen, ...never]) {
        const shown = await owner.browser.get(authorize(server.issuer, { purpose }));
        // What nobody may choose is not done, and what they may waits for the key they have.
        if (chosen.includes(purpose)) assert.equal(shown.page.headings[0], 'Use your passkey or security key', purpose);
        else assert.match(shown.url.pathname, /^\/account/, purpose);
        const form = {
          new_password: 'a password nobody knows yet',
          email: 'x@evil.test',
          phone_number: '+4930901820',
          code: '123456',
        };
        if (shown.url.pathname.startsWith('/interaction')) await owner.browser.post(`${shown.url.href}/submit`, form);
      }
      assert.deepEqual(await belongings(server, owner, visited), before);
      assert.deepEqual(gateway.received, []);
    },

    'extra fields change nothing: not in a form, not in JSON': async (server) => {
      const owner = await accountOwner(server);
      const look = async () => {
        const [row] = await server.sql<{ row: Record<string, unknown> }>(
          "select to_jsonb(u) - 'updated_at' as row from users u where id = $1",
          [owner.userId],
        );
        return row?.row ?? {};
      };
      const before = await look();
      const extras = {
        ...{
          id: 'other',
          user_id: 'other',
          email: 'x@evil.test',
          email_verified: 'true',
          email_verified_at: '2020-01-01',
        },
        ...{ phone_number: '+4930901820', phone_verified: 'true', groups: 'administrators', disabled: 'true' },
        ...{
          disabled_at: '',
          risk: 'none',
          deletion_due_at: '',
          nothing_before: '2000-01-01',
          attributes: '{"tier":"gold"}',
        },
        ...{ tier: 'gold', score: '100', sub: 'x', accessPass: 'true', __proto__x: '1', constructor: 'x' },
      };
      assert.equal((await owner.act('profile', 'save', { ...extras, given_name: 'Ada' })).status, 200);
      assert.deepEqual(await look(), { ...before, given_name: 'Ada' });
      const json = await fetch(`${server.issuer}/account/profile/save`, {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', accept: 'application/json' },
          cookie: owner.browser.jar.header(new URL(`${server.issuer}/account`)) ?? '',
        },
        body: JSON.stringify({
          ...extras,
          groups: ['administrators'],
          attributes: { tier: 'gold' },
          nickname_shown: true,
        }),
      });
      assert.equal(json.status, 200);
      assert.deepEqual(await look(), { ...before, given_name: 'Ada', attributes: { nickname_shown: true } });
      const shown = JSON.stringify(await owner.model('profile'));
      assert.match(shown, /"tier"/);
      assert.doesNotMatch(shown, /"score"/);
    },

    'a form from another site, a forged cookie and a stranger’s return address get nowhere': async (server) => {
      const owner = await accountOwner(server);
      const url = `${server.issuer}/account/sessions/end-others`;
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.test' },
      ]) {
        assert.equal((await owner.browser.post(url, {}, headers)).status, 403);
      }
      const value = owner.browser.jar.value('session') ?? '';
      for (const cookie of [
        `session=${value}`,
        `session=${value}; session.sig=AAAAAAAAAAAAAAAAAAAAAAAAAAA`,
        'session=x',
      ]) {
        const answer = await fetch(`${server.issuer}/account`, { headers: { cookie, accept: 'application/json' } });
        assert.equal(answer.status, 401);
      }
      for (const state of ['https://evil.test', '//evil.test', 'profile/../../auth', 'javascript:alert(1)']) {
        const back = await owner.browser.get(
          `${server.issuer}/account/return?code=x&state=${encodeURIComponent(state)}`,
        );
        assert.equal(back.url.href, `${server.issuer}/account`);
      }
    },

    'only the account pages may say what somebody is sent to sign-in for': async (server) => {
      const owner = await accountOwner(server);
      const shown = await owner.browser.get(
        authorize(server.issuer, { client_id: 'auto', redirect_uri: FIRST_PARTY, purpose: 'enroll:totp' }),
      );
      assert.equal(shown.location?.searchParams.get('error'), 'invalid_request');
      const silent = await owner.browser.get(authorize(server.issuer, { purpose: 'enroll:totp', prompt: 'none' }));
      assert.equal(silent.url.pathname, '/account/security', 'without a page nothing is done');
      assert.deepEqual((await owner.model('security')).authenticators, []);
    },

    'a session that ends between two pages ends there, too': async (server) => {
      const owner = await accountOwner(server);
      const page = await owner.page('security');
      await server.sql('update sessions set revoked_at = now() where user_id = $1', [owner.userId]);
      const asked = await owner.browser.submit(page, {}, 'Change Password');
      assert.match(asked.page.text, /Sign in to your account/);
      for (const act of [owner.act, ownerIn(server, browserFor(server.issuer)).act]) {
        const { status, body } = await act('privacy', 'delete', { sure: 'true' });
        assert.deepEqual([status, body.error], [401, 'login_required']);
      }
    },
  },
);

function authorize(issuer: string, parameters: Record<string, string>): string {
  const standing = {
    ...{ client_id: 'account', redirect_uri: `${issuer}/account/return`, response_type: 'code', scope: 'openid' },
    ...{ state: 'security', code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' },
  };
  return `${issuer}/auth?${new URLSearchParams({ ...standing, ...parameters })}`;
}
