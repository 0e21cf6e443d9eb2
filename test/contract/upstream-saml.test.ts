import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import {
  createGuardedFetch,
  createUpstreams,
  samlMetadata,
  type Upstream,
  type UpstreamProvider,
} from '../../src/verifiers/index.ts';
import { parsePage } from '../support/html.ts';
import { type SamlForgery, startSamlIdp } from '../support/upstream/saml-idp.ts';

const idp = await startSamlIdp();
after(idp.close);

const CALLBACK = 'https://login.house.test/federation/callback';
const ENTITY = 'https://login.house.test/federation/saml';

function upstream(more: Partial<UpstreamProvider> = { metadata_url: `${idp.url}/metadata` }): Upstream {
  const claimed = new Set<string>();
  const fetch = createGuardedFetch({ allow: [new URL(idp.url).host], timeoutMs: 5000, maxBytes: 500_000 });
  const upstreams = createUpstreams({
    fetch,
    callback: CALLBACK,
    claimOnce: async (name) => !claimed.has(name) && Boolean(claimed.add(name)),
    clock: Date.now,
    log: createLog('silent'),
  });
  return upstreams.of({ id: 'acme', type: 'saml', ...more });
}

async function journey(engine: Upstream, { fresh = false, beside = {} } = {}) {
  const departed = await engine.depart({ state: 'a-state', fresh, lang: 'en' });
  assert.ok(departed.ok, JSON.stringify(departed));
  const [form] = parsePage(await (await fetch(departed.url)).text()).forms;
  assert.equal(form?.action, CALLBACK);
  const fields = (form?.fields ?? []).filter(({ name }) => name !== '').map(({ name, value }) => [name, value]);
  const returned = { ...Object.fromEntries(fields), ...beside };
  return { returned, departed, arrived: await engine.arrive(returned, departed.remember) };
}

describe('a business customer’s own identity provider', () => {
  for (const [how, more] of [
    ['by address', { metadata_url: `${idp.url}/metadata` }],
    ['as text', { metadata: idp.metadata }],
  ] as const) {
    test(`is believed when response and assertion are signed by its metadata (${how})`, async () => {
      idp.misbehave();
      const { arrived } = await journey(upstream({ ...more, claims: { department: 'department' } }));
      assert.ok(arrived.ok, JSON.stringify(arrived));
      const { issuer, subject, claims, sid, authTime, acr } = arrived.identity;
      assert.deepEqual([issuer, subject, sid], [idp.entityId, 'robin-0815', 's-1']);
      assert.deepEqual([claims.email, claims.email_verified, claims.department], ['robin@acme.test', false, 'Claims']);
      assert.ok(authTime && Math.abs(authTime - Date.now() / 1000) < 5);
      assert.match(acr ?? '', /PasswordProtectedTransport$/);
    });
  }

  test('is asked by redirect, with who we are and where to answer; anew where that is wanted', async () => {
    const departed = await upstream().depart({ state: 'a-state', fresh: true, lang: 'en' });
    assert.ok(departed.ok);
    const { inflateRawSync } = await import('node:zlib');
    const { searchParams } = new URL(departed.url);
    const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    assert.equal(searchParams.get('RelayState'), 'a-state');
    assert.match(request, new RegExp(`AssertionConsumerServiceURL="${CALLBACK}"`));
    assert.match(request, new RegExp(`Issuer[^>]*>${ENTITY}<`));
    assert.match(request, /ForceAuthn="true"/);
  });

  test('is told who we are', () => {
    const xml = samlMetadata({ entityId: ENTITY, callback: CALLBACK });
    assert.match(xml, new RegExp(`entityID="${ENTITY}"`));
    assert.match(xml, new RegExp(`HTTP-POST" Location="${CALLBACK}"`));
  });
});

const set =
  <Name extends keyof Parts>(name: Name, value: Parts[Name]) =>
  (parts: Parts) => {
    parts[name] = value;
  };
type Parts = Parameters<NonNullable<SamlForgery['parts']>>[0];
const assertionIn = (xml: string) => /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? '';
const unsigned = (xml: string) => xml.replace(/<ds:Signature[\s\S]*?<\/ds:Signature>/g, '');
const evil = (xml: string) => unsigned(assertionIn(xml)).replace('robin-0815', 'admin-0001');
const minutes = (count: number) => count * 60_000;

const forgeries: Record<string, SamlForgery> = {
  'nothing signed': { refused: 'signature_invalid', parts: set('signs', { assertion: false, response: false }) },
  'only the response signed': {
    refused: 'signature_invalid',
    parts: set('signs', { assertion: false, response: true }),
  },
  'only the assertion signed': {
    refused: 'signature_invalid',
    parts: set('signs', { assertion: true, response: false }),
  },
  'signed by a stranger, who brings a certificate': { refused: 'signature_invalid', parts: set('by', 'stranger') },
  'another name after signing': { refused: 'signature_invalid', xml: (xml) => xml.replace('robin-0815', 'admin-0001') },
  'another attribute after signing': {
    refused: 'signature_invalid',
    xml: (xml) => xml.replace('robin@acme.test', 'ceo@acme.test'),
  },
  'SHA-1 in the signature': {
    refused: 'algorithm_refused',
    parts: set('algorithm', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'),
  },
  'SHA-1 in the digest': {
    refused: 'algorithm_refused',
    parts: set('digest', 'http://www.w3.org/2000/09/xmldsig#sha1'),
  },
  'HMAC with the certificate': {
    refused: 'algorithm_refused',
    xml: (xml) => xml.replaceAll('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'),
  },
  'a transform that leaves something out': {
    refused: 'algorithm_refused',
    parts: set('transform', 'http://www.w3.org/TR/1999/REC-xpath-19991116'),
  },
  'wrapping: a second assertion before the signed one': {
    refused: 'assertion_count',
    xml: (xml) => xml.replace('<saml:Assertion', `${evil(xml).replace(/ ID="[^"]*"/, ' ID="_evil"')}<saml:Assertion`),
  },
  'wrapping: the signed assertion in an extension': {
    refused: 'assertion_count',
    xml(xml) {
      const kept = assertionIn(xml);
      return xml.replace(
        kept,
        `<samlp:Extensions>${kept}</samlp:Extensions>${evil(xml).replace(/ ID="[^"]*"/, ' ID="_evil"')}`,
      );
    },
  },
  'wrapping: the signed assertion moved, and none in its place': {
    refused: 'assertion_count',
    xml: (xml) => xml.replace(assertionIn(xml), `<samlp:Extensions>${assertionIn(xml)}</samlp:Extensions>`),
  },
  'wrapping: the signed assertion in an object of a signature': {
    refused: 'assertion_count',
    xml(xml) {
      const kept = assertionIn(xml);
      const wrapped = `<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${kept}</ds:Object></ds:Signature>`;
      return xml.replace(kept, evil(xml)).replace('</ds:Signature>', wrapped);
    },
  },
  'wrapping: two elements of one id': {
    refused: 'duplicate_id',
    xml: (xml) =>
      xml.replace(
        '<samlp:Status>',
        `<samlp:Extensions ID="${/<saml:Assertion[^>]* ID="([^"]*)"/.exec(xml)?.[1]}"></samlp:Extensions><samlp:Status>`,
      ),
  },
  'a response in a response': {
    refused: 'assertion_count',
    xml: (xml) => xml.replace('</samlp:Response>', `${xml}</samlp:Response>`),
  },
  'no assertion': { refused: 'assertion_count', xml: (xml) => xml.replace(assertionIn(xml), '') },
  'a comment in the name': { refused: 'comment_refused', parts: set('subject', 'admin<!-- -->@evil.test') },
  'a comment in the name, after signing': {
    refused: 'comment_refused',
    xml: (xml) => xml.replace('robin-0815', 'robin<!---->-0815'),
  },
  'CDATA in the name': { refused: 'comment_refused', xml: (xml) => xml.replace('robin-0815', '<![CDATA[admin]]>') },
  'a processing instruction': { refused: 'comment_refused', xml: (xml) => `<?xml-stylesheet href="x"?>${xml}` },
  'a document type': { refused: 'doctype_refused', xml: (xml) => `<!DOCTYPE Response [<!ENTITY x "y">]>${xml}` },
  'an entity of a file': {
    refused: 'doctype_refused',
    xml: (xml) => `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml.replace('robin-0815', '&x;')}`,
  },
  'an encrypted assertion': {
    refused: 'encrypted_refused',
    xml: (xml) => xml.replaceAll('saml:Assertion', 'saml:EncryptedAssertion'),
  },
  'no XML': { refused: 'response_invalid', xml: () => 'hello' },
  'half of it': { refused: 'response_invalid', xml: (xml) => xml.slice(0, 900) },
  'a logout instead of an answer': {
    refused: 'response_invalid',
    xml: (xml) => xml.replaceAll('samlp:Response', 'samlp:LogoutResponse'),
  },
  'another issuer': { refused: 'issuer_mismatch', parts: set('issuer', 'https://evil.test/metadata') },
  'for another service': { refused: 'audience_mismatch', parts: set('audience', 'https://another.test') },
  'sent somewhere else': { refused: 'destination_mismatch', parts: set('destination', 'https://another.test/acs') },
  'to be used somewhere else': { refused: 'recipient_mismatch', parts: set('recipient', 'https://another.test/acs') },
  'an answer that nobody asked for': { refused: 'unsolicited', parts: set('inResponseTo', '') },
  'an answer to another question': { refused: 'response_to_another', parts: set('inResponseTo', '_another') },
  'an end in the past': { refused: 'token_expired', parts: set('notOnOrAfter', -minutes(5)) },
  'a beginning in the future': { refused: 'token_from_the_future', parts: set('notBefore', minutes(5)) },
  'a name for this time only': {
    refused: 'transient_subject',
    parts: set('format', 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'),
  },
  'no name': { refused: 'subject_invalid', parts: set('subject', '') },
  'it failed there': { refused: 'status_failed', parts: set('status', 'Responder') },
  'the person did not get in there': { refused: 'cancelled', parts: set('status', 'AuthnFailed') },
  'a sign-in of yesterday where a new one was asked for': {
    refused: 'not_fresh',
    fresh: true,
    parts: set('authnInstant', -minutes(1440)),
  },
};

describe('what it, or somebody between, may try', () => {
  for (const [name, forgery] of Object.entries(forgeries)) {
    test(`${name}: ${forgery.refused}`, async () => {
      idp.misbehave(forgery);
      const { arrived } = await journey(upstream(), { fresh: forgery.fresh ?? false });
      assert.ok(!arrived.ok, 'it was believed');
      assert.equal(arrived.reason, forgery.refused, arrived.detail ?? '');
    });
  }

  test('an answer counts once, also for the same question', async () => {
    idp.misbehave();
    const engine = upstream();
    const { returned, departed, arrived } = await journey(engine);
    assert.ok(arrived.ok);
    const again = await engine.arrive(returned, departed.remember);
    assert.ok(!again.ok);
    assert.equal(again.reason, 'replayed');
  });

  test('another state, nothing, and far too much are refused before anything is read', async () => {
    idp.misbehave();
    for (const [beside, reason] of [
      [{ RelayState: 'another' }, 'state_mismatch'],
      [{ SAMLResponse: '' }, 'response_missing'],
      [{ SAMLResponse: 'A'.repeat(300_000) }, 'response_invalid'],
    ] as const) {
      const { arrived } = await journey(upstream(), { beside });
      assert.ok(!arrived.ok);
      assert.equal(arrived.reason, reason);
    }
  });

  test('metadata that is none, or has no certificate, sends nobody away', async () => {
    for (const metadata of [
      'hello',
      '<x/>',
      idp.metadata.replace(/<X509Data>[\s\S]*<\/X509Data>/, ''),
      idp.metadata.replace('HTTP-Redirect', 'SOAP'),
    ]) {
      const departed = await upstream({ metadata }).depart({ state: 's', fresh: false, lang: 'en' });
      assert.ok(!departed.ok);
      assert.ok(['metadata_invalid', 'response_invalid'].includes(departed.reason), departed.reason);
    }
  });
});
