// needs: postgres
import assert from 'node:assert/strict';
import { settings } from '../../src/management/settings.ts';
import { type Opened, onEveryDriver } from '../store/drivers.ts';
import { certificate } from '../support/certificates.ts';
import { type Attestation, createSoftAuthenticator } from '../support/soft-authenticator.ts';
import { ISSUER, webauthnHouse } from '../support/webauthn-house.ts';

const MODEL = 'ee882879-721c-4913-9775-3dfcce97072a';
const OTHER_MODEL = 'fa2b99dc-9e39-4257-8f92-4a30d23c4118';
const root = certificate({ name: 'Maker Root', ca: true });
const batch = certificate({ name: 'Maker Batch', ca: true, issuer: root });
const forged = certificate({ name: 'Maker Root', ca: true });

function leaf(options: Partial<Parameters<typeof certificate>[0]> = {}) {
  return certificate({ name: 'Maker Key', issuer: root, aaguid: MODEL, ...options });
}

async function enrolled(opened: Opened, attestation: Attestation, aaguid = MODEL) {
  const house = webauthnHouse(opened, { allowed_aaguids: [MODEL], attestation_roots: [root.pem] });
  const user = await house.somebody();
  const key = createSoftAuthenticator({ origin: ISSUER, aaguid });
  const outcome = await house.enroll(user, (asked) => {
    assert.equal(asked.attestation, 'direct');
    return key.create(asked, { attestation });
  });
  return outcome.ok === false ? outcome.reason : outcome.ok;
}

const packed = (one: ReturnType<typeof leaf>, ...more: { der: Buffer }[]): Attestation => ({
  fmt: 'packed',
  x5c: [one.der, ...more.map(({ der }) => der)],
  key: one.key,
});

onEveryDriver({
  'a listed model is let in when its maker vouches for it, directly or through a batch': async (opened) => {
    assert.equal(await enrolled(opened, packed(leaf())), true);
    assert.equal(await enrolled(opened, packed(leaf({ issuer: batch }), batch)), true);
  },

  'a model that is not listed, or that nobody vouches for, is refused': async (opened) => {
    const cases: [string, Attestation, string?][] = [
      ['another model', packed(leaf({ aaguid: OTHER_MODEL })), OTHER_MODEL],
      ['no attestation', { fmt: 'none' }],
      ['attested by itself', { fmt: 'packed' }],
      ['a maker of the same name', packed(leaf({ issuer: forged }))],
      ['a maker of the same name, sent along', packed(leaf({ issuer: forged }), forged)],
      ['a chain with a gap', packed(leaf({ issuer: batch }))],
      ['a batch that may not issue', packed(leaf({ issuer: leaf() }), leaf())],
      ['a certificate that has ended', packed(leaf({ years: -1 }))],
      ['a certificate for another model', packed(leaf({ aaguid: OTHER_MODEL }))],
      ['signed with another key', { ...packed(leaf()), key: leaf().key }],
    ];
    for (const [what, attestation, aaguid] of cases) {
      const reason = await enrolled(opened, attestation, aaguid);
      assert.ok(reason === 'authenticator_not_allowed' || reason === 'verification_failed', `${what}: ${reason}`);
    }
    assert.equal(await enrolled(opened, { fmt: 'none' }), 'authenticator_not_allowed');
  },

  'where no model is asked for, what a key says about its maker is not looked at': async (opened) => {
    const house = webauthnHouse(opened);
    for (const attestation of [{ fmt: 'packed', x5c: [Buffer.from('no certificate')] }, { fmt: 'unheard-of' }]) {
      const key = createSoftAuthenticator({ origin: ISSUER });
      const outcome = await house.enroll(await house.somebody(), (asked) => key.create(asked, { attestation }));
      assert.ok(outcome.ok === true, attestation.fmt);
    }
  },

  'settings name the makers of the models they allow': async () => {
    const accepts = (webauthn: object) => settings.schema.safeParse({ webauthn }).success;
    assert.equal(accepts({ allowed_aaguids: [MODEL] }), false);
    assert.equal(accepts({ allowed_aaguids: [MODEL], attestation_roots: ['-----BEGIN'] }), false);
    assert.equal(accepts({ allowed_aaguids: ['Yubikey'], attestation_roots: [root.pem] }), false);
    assert.equal(accepts({ allowed_aaguids: [MODEL], attestation_roots: [root.pem] }), true);
    for (const origin of ['https://a.test/', 'a.test', 'https://a.test/x'])
      assert.equal(accepts({ origins: [origin] }), false);
    assert.equal(accepts({ rp_id: 'example.com', origins: ['https://a.test', 'android:apk-key-hash:ab_-c'] }), true);
    assert.equal(accepts({ rp_id: 'https://example.com' }), false);
  },
});
