// needs: postgres
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Challenge } from 'altcha-lib';
import { createLog, createSealing } from '../../src/base/index.ts';
import { createSending, type Visit } from '../../src/signin/index.ts';
import { createEphemeralPostgres } from '../../src/store/ephemeral-postgres.ts';
import { createBotCheck } from '../../src/verifiers/index.ts';
import { type Opened, onEveryDriver } from '../store/drivers.ts';
import { type CaptchaProviders, SITE, startCaptchaProviders } from '../support/captcha-providers.ts';
import { solve } from '../support/solve-challenge.ts';

const OLD = 'the secret of last year, of thirty-two characters';
const NEW = 'the secret of this year, of thirty-two characters';
const HERE = { signInId: 'this-sign-in', ip: '192.0.2.1' };
const SHARED = { site_key: SITE.siteKey, secret: SITE.secret, difficulty: 1 };

let captcha: CaptchaProviders;
before(async () => {
  captcha = await startCaptchaProviders();
});
after(() => captcha.close());

type Provider = 'altcha' | 'turnstile' | 'hcaptcha' | 'off';
interface Setting {
  secrets?: [string, ...string[]];
  secret?: string;
}

function house({ db }: Opened, provider: Provider, { secrets = [NEW], ...own }: Setting = {}) {
  const logged: string[] = [];
  let skew = 0;
  const check = createBotCheck({
    settings: () => ({ provider, ...SHARED, ...own }),
    sealing: createSealing(secrets),
    ephemeral: createEphemeralPostgres(db),
    fetch: captcha.fetch,
    issuer: `https://${SITE.hostname}`,
    log: createLog('info', (line) => logged.push(line)),
    clock: () => Date.now() + skew,
  });
  return {
    ...check,
    logged,
    challengeFor: async (signInId: string) => (await check.challenge(signInId))?.challenge as unknown as Challenge,
    later(seconds: number) {
      skew += seconds * 1000;
    },
  };
}

/** What a browser would post, with something changed in it. */
function altered(answer: string, change: (read: { challenge: Challenge; solution: Record<string, unknown> }) => void) {
  const read = JSON.parse(Buffer.from(answer, 'base64').toString('utf8'));
  change(read);
  return Buffer.from(JSON.stringify(read)).toString('base64');
}

onEveryDriver({
  'work that was done passes once, also of ten that bring it at the same time': async (opened) => {
    const { verify, challengeFor } = house(opened, 'altcha');
    const answer = await solve(await challengeFor(HERE.signInId));
    const verdicts = await Promise.all(Array.from({ length: 10 }, () => verify(answer, HERE)));
    assert.deepEqual(verdicts.sort(), ['passed', ...Array(9).fill('refused')].sort());
  },

  'written otherwise it is still the same work': async (opened) => {
    const { verify, challengeFor } = house(opened, 'altcha');
    const answer = await solve(await challengeFor(HERE.signInId));
    assert.equal(await verify(answer, HERE), 'passed');
    const again = altered(answer, ({ solution }) => {
      solution.time = 1;
    });
    assert.notEqual(again, answer);
    assert.equal(await verify(again, HERE), 'refused');
  },

  'it counts for the sign-in whose page asked for it, and for ten minutes': async (opened) => {
    const { verify, challengeFor, later } = house(opened, 'altcha');
    const [one, two] = [await solve(await challengeFor('another')), await solve(await challengeFor(HERE.signInId))];
    assert.equal(await verify(one, HERE), 'refused');
    later(601);
    assert.equal(await verify(two, HERE), 'refused');
    const fresh = await solve(await challengeFor(HERE.signInId));
    later(590);
    assert.equal(await verify(fresh, HERE), 'passed');
  },

  'work of one’s own choosing is no work': async (opened) => {
    const { verify, challengeFor } = house(opened, 'altcha');
    const challenge = await challengeFor(HERE.signInId);
    const answer = await solve(challenge);
    const easier = (change: (parameters: Challenge['parameters']) => void) =>
      altered(answer, (read) => change(read.challenge.parameters));
    const attempts = [
      easier((parameters) => {
        parameters.keyPrefix = '00';
      }),
      easier((parameters) => {
        parameters.expiresAt = Number(parameters.expiresAt) + 3600;
      }),
      easier((parameters) => {
        delete parameters.keySignature;
      }),
      altered(answer, (read) => {
        read.solution.derivedKey = challenge.parameters.keyPrefix;
      }),
      altered(answer, (read) => {
        delete read.challenge.signature;
      }),
      ...['', 'x', '{}', 'bnVsbA==', Buffer.from('{"challenge":{}}').toString('base64'), 'A'.repeat(20_000)],
    ];
    for (const attempt of attempts) assert.equal(await verify(attempt, HERE), 'refused', attempt.slice(0, 40));
    assert.equal(await verify(answer, HERE), 'passed', 'and none of them used the challenge up');
  },

  'a challenge made under the old master secret is still good, one of another house is not': async (opened) => {
    const before = await house(opened, 'altcha', { secrets: [OLD] }).challengeFor(HERE.signInId);
    const answer = await solve(before);
    assert.equal(await house(opened, 'altcha', { secrets: [NEW] }).verify(answer, HERE), 'refused');
    assert.equal(await house(opened, 'altcha', { secrets: [NEW, OLD] }).verify(answer, HERE), 'passed');
  },

  'Turnstile and hCaptcha are asked with secret, token and address, and a token passes once': async (opened) => {
    for (const provider of ['turnstile', 'hcaptcha'] as const) {
      const { challenge, verify } = house(opened, provider);
      const shown = await challenge(HERE.signInId);
      assert.deepEqual(shown, { provider, site_key: SITE.siteKey, sign_in: HERE.signInId });
      assert.ok(!JSON.stringify(shown).includes(SITE.secret));
      const token = captcha.token(provider, { cdata: HERE.signInId });
      const verdicts = await Promise.all([verify(token, HERE), verify(token, HERE), verify(token, HERE)]);
      assert.deepEqual(verdicts.sort(), ['passed', 'refused', 'refused']);
      const { path, ...fields } = captcha.asked.at(-1) ?? {};
      assert.equal(path, provider === 'turnstile' ? '/turnstile/v0/siteverify' : '/siteverify');
      const sitekey = provider === 'hcaptcha' ? { sitekey: SITE.siteKey } : {};
      assert.deepEqual(fields, { secret: SITE.secret, response: token, remoteip: HERE.ip, ...sitekey });
    }
  },

  'a token of another sign-in, of another site, too old, or made up is refused': async (opened) => {
    const turnstile = house(opened, 'turnstile');
    const cdata = HERE.signInId;
    const refused = [
      captcha.token('turnstile', { cdata: 'another-sign-in' }),
      captcha.token('turnstile'),
      captcha.token('turnstile', { cdata, hostname: 'farm.example' }),
      captcha.token('turnstile', { cdata, expired: true }),
      captcha.token('hcaptcha', { cdata }),
      'made-up',
    ];
    for (const token of refused) assert.equal(await turnstile.verify(token, HERE), 'refused');
    const hcaptcha = house(opened, 'hcaptcha');
    const elsewhere = [captcha.token('hcaptcha', { hostname: 'farm.example' }), captcha.token('turnstile')];
    for (const token of elsewhere) assert.equal(await hcaptcha.verify(token, HERE), 'refused');
    assert.equal(await hcaptcha.verify(captcha.token('hcaptcha', { hostname: 'not-provided' }), HERE), 'passed');
    assert.deepEqual([...turnstile.logged, ...hcaptcha.logged], [], 'what strangers bring is no news');
  },

  'when its maker does not answer, or not as it should, nobody passes and the operator reads why': async (opened) => {
    for (const provider of ['turnstile', 'hcaptcha'] as const) {
      const { verify, logged } = house(opened, provider);
      for (const mood of ['error page', 'half an answer'] as const) {
        captcha.be(mood);
        assert.equal(await verify(captcha.token(provider, { cdata: HERE.signInId }), HERE), 'unavailable');
      }
      captcha.be('well');
      assert.equal(logged.length, 2);
      const wrong = house(opened, provider, { secret: 'mistyped' });
      assert.equal(await wrong.verify(captcha.token(provider), HERE), 'unavailable');
      assert.match(wrong.logged.join(), /invalid-input-secret/);
      assert.ok(![...logged, ...wrong.logged].join().includes(SITE.secret));
    }
  },

  'five seconds are the longest that anybody waits for it': async (opened) => {
    captcha.be('silence');
    const started = performance.now();
    assert.equal(await house(opened, 'turnstile').verify(captcha.token('turnstile'), HERE), 'unavailable');
    captcha.be('well');
    const took = performance.now() - started;
    assert.ok(took > 4500 && took < 7000, `${took} ms`);
  },

  'what cannot be told is never sent; nor is anything from where the risk is known to be raised': async (opened) => {
    const times = { provider: 'turnstile', when: 'raised', messages_per_hour: 1000 } as const;
    const { verify } = house(opened, 'turnstile');
    const ephemeral = createEphemeralPostgres(opened.db);
    const limits = { beforeSending: async () => ({ ok: true as const }) };
    const needs = { limits, ephemeral, settings: () => times, verify };
    const visit = { uid: 'x', network: '192.0.2.1', ip: '192.0.2.1', botCheck: '' } as Visit;
    assert.deepEqual(await createSending(needs).before('a@b.test', visit), { ok: true });

    const risky = createSending({ ...needs, riskRaised: () => true });
    assert.equal(await risky.needsCheck(visit), true);
    const refused = { ok: false, error: 'bot_check_required', check: true };
    assert.deepEqual(await risky.before('a@b.test', visit), refused);
    captcha.be('error page');
    const answered = { ...visit, botCheck: captcha.token('turnstile') };
    assert.deepEqual(await risky.before('a@b.test', answered), { ...refused, error: 'unavailable' });
    captcha.be('well');
  },

  'switched off it asks for nothing': async (opened) => {
    const { challenge, verify } = house(opened, 'off');
    assert.equal(await challenge(HERE.signInId), undefined);
    assert.equal(await verify('', HERE), 'passed');
  },
});
