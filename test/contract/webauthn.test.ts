// needs: postgres
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { onEveryDriver } from '../store/drivers.ts';
import { createSoftAuthenticator, type Misbehaviour } from '../support/soft-authenticator.ts';
import { ISSUER, optionsOf, webauthnHouse } from '../support/webauthn-house.ts';

const another = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** Every way in which an answer can be wrong, and what is said of it. */
const WRONG: Record<string, [how: Misbehaviour, reason: string]> = {
  'from another site': [{ origin: 'https://login.example.com.evil.test' }, 'verification_failed'],
  'from our host over http': [{ origin: 'http://login.example.com' }, 'verification_failed'],
  'from a frame of another site': [{ crossOrigin: true }, 'credential_missing'],
  'for another relying party': [{ rpId: 'evil.test' }, 'verification_failed'],
  'to a challenge of nobody': [{ challenge: 'AAAA' }, 'challenge_spent'],
  'without a touch': [{ userPresent: false }, 'verification_failed'],
  'of the other ceremony': [{ type: 'payment.get' }, 'verification_failed'],
};

const WRONG_USE: typeof WRONG = {
  'signed with another key': [{ signer: another }, 'verification_failed'],
  'with no signature': [{ signature: '' }, 'verification_failed'],
  'with noise for a signature': [{ signature: Buffer.alloc(70, 7).toString('base64url') }, 'verification_failed'],
  'with a key nobody has': [{ credentialId: Buffer.alloc(32, 9).toString('base64url') }, 'credential_unknown'],
  'that names another user': [{ userHandle: Buffer.alloc(32, 1).toString('base64url') }, 'verification_failed'],
  'of a key that has become one that is synced': [{ backupEligible: true }, 'verification_failed'],
  'with a counter that stayed': [{ counter: 1 }, 'credential_cloned'],
  'with a counter that fell to nothing': [{ counter: 0 }, 'credential_cloned'],
};

const WRONG_NEW: typeof WRONG = {
  'whose key claims an algorithm that was not asked for': [{ alg: -65_535 }, 'verification_failed'],
  'whose key claims no algorithm': [{ alg: 0 }, 'verification_failed'],
  'of a key that is synced and cannot be': [{ backedUp: true }, 'verification_failed'],
};

onEveryDriver({
  'a key is enrolled once confirmed, with what later decides about it': async (opened) => {
    const house = webauthnHouse(opened);
    const user = await house.somebody();
    const key = createSoftAuthenticator({ origin: ISSUER, backupEligible: true, counts: false });
    const outcome = await house.enroll(user, (asked) => key.create(asked), { name: '  My\u0000 phone ' });
    assert.ok(outcome.ok === true);
    const [{ kinds, amr, phishingResistant, by } = { kinds: [] }] = outcome.evidence;
    assert.deepEqual(
      [by, kinds, amr, phishingResistant],
      ['webauthn', ['possession', 'inherence'], ['swk', 'user'], true],
    );
    const [stored] = await house.keysOf(user);
    const { publicKey, ...data } = stored?.data ?? {};
    assert.match(String(publicKey), /^[\w-]{90,}$/);
    assert.deepEqual(data, {
      aaguid: '00000000-0000-0000-0000-000000000000',
      deviceType: 'multiDevice',
      backedUp: true,
      userVerified: true,
      discoverable: true,
      transports: ['internal'],
    });
    assert.deepEqual([stored?.name, stored?.credentialId, stored?.counter], ['My phone', key.credentials[0]?.id, 0]);
  },

  'a key that was enrolled proves possession, and its owner where the device asked for them': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key, id } = await house.keyholder();
    const verified = await house.second(user, (asked) => key.get(asked));
    assert.ok(verified.ok === true);
    assert.deepEqual(
      { ...verified.evidence, at: 0 },
      {
        ...{ by: 'webauthn', kinds: ['possession', 'inherence'], amr: ['hwk', 'user'], phishingResistant: true },
        ...{ at: 0, credential: id },
      },
    );
    const touched = await house.second(user, (asked) => key.get(asked, { userVerified: false, userHandle: null }));
    assert.ok(touched.ok === true);
    assert.deepEqual([touched.evidence.kinds, touched.evidence.amr], [['possession'], ['hwk']]);
    assert.equal((await house.keysOf(user))[0]?.counter, 3);
  },

  'a key that did not know its owner when it was made never counts as knowing them (section 4, uvInitialized)': async (
    opened,
  ) => {
    const house = webauthnHouse(opened);
    const { user, key } = await house.keyholder({ userVerified: false });
    const outcome = await house.second(user, (asked) => key.get(asked, { userVerified: true }));
    assert.ok(outcome.ok === true);
    assert.deepEqual(outcome.evidence.kinds, ['possession']);
  },

  'an answer that is wrong in any one way proves nothing (section 7.2)': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key } = await house.keyholder();
    for (const [what, [how, reason]] of Object.entries({ ...WRONG, ...WRONG_USE })) {
      const outcome = await house.second(user, (asked) => key.get(asked, how));
      assert.ok(outcome.ok === false, what);
      assert.deepEqual([what, outcome.reason, outcome.errors], [what, reason, { '': reason }]);
    }
    assert.ok((await house.second(user, (asked) => key.get(asked, { counter: 100 }))).ok === true);
  },

  'a registration that is wrong in any one way is kept nowhere (section 7.1)': async (opened) => {
    const house = webauthnHouse(opened);
    const user = await house.somebody();
    const key = createSoftAuthenticator({ origin: ISSUER });
    for (const [what, [how, reason]] of Object.entries({ ...WRONG, ...WRONG_NEW })) {
      const outcome = await house.enroll(user, (asked) => key.create(asked, how));
      assert.ok(outcome.ok === false, what);
      assert.deepEqual([what, outcome.reason], [what, reason]);
    }
    assert.deepEqual(await house.keysOf(user), []);
  },

  'what is no answer at all is a refusal with a new page, never an error': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key } = await house.keyholder();
    const broken = [
      ...['', 'null', '[]', '"x"', '{', '{}', '{"id":1}', '{"id":"x","response":null}'],
      ...[(text: string) => text.replace('"rawId"', '"raw"'), (text: string) => text.replace('"public-key"', '7')],
      ...[/"authenticatorData":"[^"]+"/, /"signature":"[^"]+"/, /"clientDataJSON":"[^"]+"/].flatMap((part) => [
        (text: string) => text.replace(part, '"gone":1'),
        (text: string) => text.replace(part, (found) => `${found.slice(0, found.indexOf(':'))}:{"a":[]}`),
        (text: string) => text.replace(part, (found) => `${found.slice(0, found.indexOf(':'))}:"AA"`),
      ]),
    ];
    for (const one of broken) {
      const outcome = await house.second(user, (asked) => (typeof one === 'string' ? one : one(key.get(asked))));
      assert.ok(outcome.ok === false && outcome.page, String(one));
      const asked = await house.enroll(user, (options) => (typeof one === 'string' ? one : one(key.create(options))));
      assert.ok(asked.ok !== true || typeof one !== 'string', String(one));
    }
  },

  'the key of somebody else is no key of this person, and a registration is no use': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key } = await house.keyholder();
    const other = await house.keyholder();
    const outcome = await house.second(user, (asked) => other.key.get(asked));
    assert.equal(outcome.ok === false && outcome.reason, 'credential_unknown');
    const claimed = await house.second(user, (asked) =>
      other.key.get(asked, { credentialId: key.credentials[0]?.id ?? '' }),
    );
    assert.equal(claimed.ok === false && claimed.reason, 'verification_failed');
    const mixed = await house.second(user, (asked) => key.create({ ...asked, rp: { id: 'login.example.com' } }));
    assert.ok(mixed.ok === false);
  },

  'of twenty parallel answers with one signature one is accepted, whether or not the key counts': async (opened) => {
    const house = webauthnHouse(opened);
    for (const counts of [true, false]) {
      const { user, key } = await house.keyholder({ counts });
      const authenticators = await house.keysOf(user);
      const page = await house.factor.begin(house.context(user), authenticators);
      const form = { credential: key.get(optionsOf(page)) };
      const all = Array.from({ length: 20 }, () =>
        house.factor.complete(house.context(user), form, {}, authenticators),
      );
      assert.equal((await Promise.all(all)).filter(({ ok }) => ok === true).length, 1);
    }
  },

  'a challenge is for one person, in one sign-in, for one act, for an hour': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key } = await house.keyholder();
    const authenticators = await house.keysOf(user);
    const begin = () => house.factor.begin(house.context(user), authenticators).then(optionsOf);
    const reasonOf = async (signInId: string, credential: string) => {
      const outcome = await house.factor.complete(house.context(user, signInId), { credential }, {}, authenticators);
      return outcome.ok === false ? outcome.reason : outcome.ok;
    };
    assert.equal(await reasonOf('another sign-in', key.get(await begin())), 'challenge_spent');
    const other = await house.keyholder();
    const theirs = optionsOf(await house.factor.begin(house.context(other.user), await house.keysOf(other.user)));
    assert.equal(await reasonOf('one sign-in', key.get(theirs)), 'challenge_spent');
    const first = await house.method.upfront?.({ ...house.context(user), identifier: undefined });
    assert.equal(await reasonOf('one sign-in', key.get(optionsOf({ show: first ?? {} }))), 'challenge_spent');
    const old = await begin();
    house.pass(3599);
    assert.equal(await reasonOf('one sign-in', key.get(old)), true);
    const older = await begin();
    house.pass(3601);
    assert.equal(await reasonOf('one sign-in', key.get(older)), 'challenge_spent');
  },

  'keys that somebody has are asked for and not made twice': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key } = await house.keyholder();
    const own = [{ id: key.credentials[0]?.id, type: 'public-key', transports: ['internal'] }];
    const authenticators = await house.keysOf(user);
    const asked = optionsOf(await house.factor.begin(house.context(user), authenticators));
    assert.deepEqual([asked.allowCredentials, asked.userVerification], [own, 'preferred']);
    const page = await house.factor.enrollment?.begin(house.context(user), authenticators);
    const made = optionsOf(page ?? { show: {} });
    assert.deepEqual([made.excludeCredentials, made.attestation], [own, 'none']);
    const again = await house.factor.enrollment?.complete(house.context(user), {}, {});
    assert.ok(again?.ok === false && again.page);
    assert.deepEqual(optionsOf(again.page).excludeCredentials, own);
  },

  'a copy of a key is told to the operator, with the name of the authenticator and no secret': async (opened) => {
    const house = webauthnHouse(opened);
    const { user, key, id } = await house.keyholder();
    await house.second(user, (asked) => key.get(asked, { counter: 1 }));
    const line = house.logged.find((one) => one.includes('copy'));
    assert.ok(line?.includes(id));
    assert.ok(!house.logged.join().includes(String((await house.keysOf(user))[0]?.data.publicKey)));
  },
});
