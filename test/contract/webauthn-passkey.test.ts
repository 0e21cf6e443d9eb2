// needs: postgres
import assert from 'node:assert/strict';
import { onEveryDriver } from '../store/drivers.ts';
import type { Misbehaviour } from '../support/soft-authenticator.ts';
import { ISSUER, webauthnHouse } from '../support/webauthn-house.ts';

onEveryDriver({
  'a passkey says who it is and proves two kinds at once, resistant to phishing': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key, id } = await house.keyholder({ backupEligible: true });
    const outcome = await house.first((asked) => key.get(asked));
    assert.ok(outcome.ok === true);
    assert.equal(outcome.userId, user.id);
    assert.deepEqual(
      { ...outcome.evidence[0], at: 0 },
      {
        ...{ by: 'webauthn', kinds: ['possession', 'inherence'], amr: ['swk', 'user'], phishingResistant: true },
        ...{ at: 0, credential: id },
      },
    );
  },

  'the first page asks for any passkey, with its owner made sure of, and says nothing about anybody': async (
    opened,
  ) => {
    const house = webauthnHouse(opened);
    const asked: Record<string, unknown>[] = [];
    await house.first((options) => {
      asked.push({ ...options });
      return '';
    });
    const [{ challenge, timeout, ...rest } = {}] = asked;
    assert.match(String(challenge), /^[\w-]{70}$/);
    assert.equal(timeout, 300_000);
    const { allowCredentials, extensions, ...said } = rest;
    assert.deepEqual([said, allowCredentials ?? []], [{ rpId: 'login.example.com', userVerification: 'required' }, []]);
  },

  'alone it has to name its user, and its device to make sure of its owner': async (opened) => {
    const house = webauthnHouse(opened);
    const { key } = await house.keyholder();
    const other = await house.keyholder();
    const cases: [Misbehaviour, string][] = [
      [{ userHandle: null }, 'verification_failed'],
      [{ userHandle: '' }, 'verification_failed'],
      [{ userHandle: other.key.credentials[0]?.userHandle ?? '' }, 'verification_failed'],
      [{ userVerified: false }, 'user_verification_missing'],
      [{ origin: 'https://example.com' }, 'verification_failed'],
      [{ credentialId: other.key.credentials[0]?.id ?? '' }, 'verification_failed'],
      [{ counter: 1 }, 'credential_cloned'],
    ];
    for (const [how, reason] of cases) {
      const outcome = await house.first((asked) => key.get(asked, how));
      assert.deepEqual([how, outcome.ok === false && outcome.reason], [how, reason]);
    }
  },

  'a key that was removed opens nothing any more': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key, id } = await house.keyholder();
    await opened.store.authenticators.remove(user.id, id);
    const outcome = await house.first((asked) => key.get(asked));
    assert.equal(outcome.ok === false && outcome.reason, 'credential_unknown');
  },

  'what a second factor was asked for is not taken as a first one, nor from another sign-in': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key } = await house.keyholder();
    const page = await house.factor.begin(house.context(user), await house.keysOf(user));
    const { challenge } = page.show.options as { challenge: string };
    const swapped = await house.first((asked) => key.get({ ...asked, challenge }));
    assert.equal(swapped.ok === false && swapped.reason, 'challenge_spent');
    const answers: string[] = [];
    await house.first((asked) => {
      answers.push(key.get(asked));
      return '';
    });
    const elsewhere = await house.first(() => answers[0] ?? '', 'another sign-in');
    assert.equal(elsewhere.ok === false && elsewhere.reason, 'challenge_spent');
    assert.ok((await house.first(() => answers[0] ?? '')).ok === true);
    const replayed = await house.first(() => answers[0] ?? '');
    assert.equal(replayed.ok === false && replayed.reason, 'challenge_spent');
  },

  'keys of a domain above the issuer work there and on the origins that are listed, and nowhere else': async (
    opened,
  ) => {
    const house = webauthnHouse(opened, { rp_id: 'example.com', origins: ['https://app.example.net'] });
    const { key } = await house.keyholder();
    for (const origin of [ISSUER, 'https://app.example.net']) {
      assert.ok((await house.first((asked) => key.get(asked, { origin }))).ok === true, origin);
    }
    for (const origin of ['https://example.com', 'https://app.example.net:444', 'https://evil.test']) {
      assert.ok((await house.first((asked) => key.get(asked, { origin }))).ok === false, origin);
    }
  },
});
