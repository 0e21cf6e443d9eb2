import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiries, sayExpiring } from '../../src/management/index.ts';
import { certificate } from '../support/certificates.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z') / 1000;

test('secrets that end within thirty days, or have ended, are told of, the first to end first', () => {
  const all = expiries([
    ['later', { secret_expires: '2026-09-01' }],
    ['soon', { secret_expires: '2026-06-20' }],
    ['tomorrow', { secret_expires: '2026-06-03' }],
    ['ended', { secret_expires: '2026-05-31' }],
    ['off', { secret_expires: '2026-06-02', enabled: false }],
    ['unknown', {}],
  ]);
  assert.deepEqual(
    all.map(({ provider }) => provider),
    ['ended', 'tomorrow', 'soon', 'later'],
  );
  assert.deepEqual(sayExpiring(all, NOW), [
    'the secret of ended has ended: nobody can sign in with it',
    'the secret of tomorrow ends in 1 day',
    'the secret of soon ends in 18 days',
  ]);
});

test('so is a certificate of SAML metadata: the last of them counts', () => {
  const root = certificate({ name: 'Root', ca: true });
  const ending = (years: number) => {
    const { pem } = certificate({ name: 'Acme', issuer: root, years });
    return `<ds:X509Certificate>${pem.replace(/-----[A-Z ]+-----/g, '')}</ds:X509Certificate>`;
  };
  const ended = expiries([['acme', { metadata: ending(-1) }]]);
  assert.deepEqual(sayExpiring(ended, Date.now() / 1000), [
    'the certificate of acme has ended: nobody can sign in with it',
  ]);
  const followed = expiries([['acme', { metadata: `${ending(-1)}${ending(3)}` }]]);
  assert.deepEqual(sayExpiring(followed, Date.now() / 1000), []);
});
