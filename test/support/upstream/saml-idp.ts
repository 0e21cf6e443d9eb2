import { createHash, createSign, randomUUID } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { certified } from './saml-keys.ts';
import { type Asked, type Said, type StandIn, startStandIn } from './stand-in.ts';

/** What a response says, before it is signed. Written in canonical form: what is hashed is the text as it stands. */
export interface SamlParts {
  entityId: string;
  issuer: string;
  audience: string;
  destination: string;
  recipient: string;
  inResponseTo: string;
  subject: string;
  format: string;
  status: string;
  /** Milliseconds from now. */
  notBefore: number;
  notOnOrAfter: number;
  authnInstant: number;
  id: string;
  signs: { assertion: boolean; response: boolean };
  by: keyof typeof certified;
  algorithm: string;
  digest: string;
  transform: string;
}

export interface SamlForgery {
  refused: string;
  /** Before it is signed. */
  parts?: (parts: SamlParts) => void;
  /** After. */
  xml?: (xml: string) => string;
  fresh?: true;
}

export interface SamlIdp extends StandIn {
  entityId: string;
  metadata: string;
  misbehave(forgery?: SamlForgery): void;
}

const EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const DS = 'http://www.w3.org/2000/09/xmldsig#';
const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
const at = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

/** An identity provider of SAML 2.0 that signs what it says, and something else on command. */
export async function startSamlIdp(): Promise<SamlIdp> {
  let forgery: SamlForgery = { refused: '' };
  const standIn = await startStandIn((asked, url) => {
    if (asked.path === '/metadata') return { body: metadataOf(url), headers: { 'content-type': 'application/xml' } };
    return asked.path === '/sso' ? answer(asked, url, forgery) : undefined;
  });
  return {
    ...standIn,
    entityId: `${standIn.url}/metadata`,
    metadata: metadataOf(standIn.url),
    misbehave(wanted = { refused: '' }) {
      forgery = wanted;
    },
  };
}

function metadataOf(url: string): string {
  return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${url}/metadata">
<IDPSSODescriptor protocolSupportEnumeration="${SAMLP}"><KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>
${certified.own.certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${url}/sso"/></IDPSSODescriptor></EntityDescriptor>`;
}

function answer({ query }: Asked, url: string, { parts: change, xml: tamper = (xml) => xml }: SamlForgery): Said {
  const request = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString();
  const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(request)?.[1] ?? '';
  const callback = attribute('AssertionConsumerServiceURL');
  const parts: SamlParts = {
    ...{ entityId: `${url}/metadata`, issuer: `${url}/metadata`, destination: callback, recipient: callback },
    audience: /Issuer[^>]*>([^<]*)</.exec(request)?.[1] ?? '',
    ...{ inResponseTo: attribute(' ID'), subject: 'robin-0815', status: 'Success', id: `_${randomUUID()}` },
    format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    ...{
      notBefore: -1000,
      notOnOrAfter: 300_000,
      authnInstant: 0,
      signs: { assertion: true, response: true },
      by: 'own',
    },
    algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    ...{ digest: 'http://www.w3.org/2001/04/xmlenc#sha256', transform: EXC },
  };
  change?.(parts);
  const response = Buffer.from(tamper(written(parts))).toString('base64');
  const state = (query.get('RelayState') ?? '').replaceAll('"', '&quot;');
  return {
    body: `<!doctype html><form method="post" action="${callback}"><input type="hidden" name="SAMLResponse" value="${response}">
<input type="hidden" name="RelayState" value="${state}"><button>Continue</button></form><script>document.forms[0].submit()</script>`,
  };
}

function written(parts: SamlParts): string {
  const { issuer, destination, inResponseTo, status, signs } = parts;
  const id = `_${randomUUID()}`;
  const names = `<saml:Issuer xmlns:saml="${SAML}">${issuer}</saml:Issuer>`;
  const answers = inResponseTo === '' ? '' : ` InResponseTo="${inResponseTo}"`;
  const open = `<samlp:Response xmlns:samlp="${SAMLP}" Destination="${destination}" ID="${id}"${answers} IssueInstant="${at(0)}" Version="2.0">`;
  const code = `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"></samlp:StatusCode></samlp:Status>`;
  const inside = `${code}${status === 'Success' ? assertionOf(parts) : ''}</samlp:Response>`;
  const signature = signs.response ? signatureOf(`${open}${names}${inside}`, id, parts) : '';
  return `${open}${names}${signature}${inside}`;
}

function assertionOf(parts: SamlParts): string {
  const { id, issuer, audience, recipient, inResponseTo, subject, format, signs } = parts;
  const open = `<saml:Assertion xmlns:saml="${SAML}" ID="${id}" IssueInstant="${at(0)}" Version="2.0"><saml:Issuer>${issuer}</saml:Issuer>`;
  const until = at(parts.notOnOrAfter);
  const inside = [
    `<saml:Subject><saml:NameID Format="${format}">${subject}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData`,
    ` InResponseTo="${inResponseTo}" NotOnOrAfter="${until}" Recipient="${recipient}"></saml:SubjectConfirmationData>`,
    `</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(parts.notBefore)}" NotOnOrAfter="${until}">`,
    `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${at(parts.authnInstant)}" SessionIndex="s-1"><saml:AuthnContext><saml:AuthnContextClassRef>`,
    `urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    `<saml:AttributeStatement><saml:Attribute FriendlyName="mail" Name="urn:oid:0.9.2342.19200300.100.1.3"><saml:AttributeValue>`,
    `robin@acme.test</saml:AttributeValue></saml:Attribute><saml:Attribute Name="department"><saml:AttributeValue>Claims</saml:AttributeValue>`,
    '</saml:Attribute></saml:AttributeStatement></saml:Assertion>',
  ].join('');
  const signature = signs.assertion ? signatureOf(`${open}${inside}`, id, parts) : '';
  return `${open}${signature}${inside}`;
}

/** An enveloped signature (XML Signature section 8) over text that is canonical already. */
function signatureOf(text: string, id: string, { by, algorithm, digest, transform }: SamlParts): string {
  const hash = digest.endsWith('sha1') ? 'sha1' : 'sha256';
  const value = createHash(hash).update(text).digest('base64');
  const info = [
    `<ds:CanonicalizationMethod Algorithm="${EXC}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="${algorithm}"></ds:SignatureMethod>`,
    `<ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${DS}enveloped-signature"></ds:Transform>`,
    `<ds:Transform Algorithm="${transform}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="${digest}"></ds:DigestMethod>`,
    `<ds:DigestValue>${value}</ds:DigestValue></ds:Reference></ds:SignedInfo>`,
  ].join('');
  const { key, certificate } = certified[by];
  const signer = createSign(algorithm.endsWith('sha1') ? 'sha1' : 'sha256').update(
    `<ds:SignedInfo xmlns:ds="${DS}">${info}`,
  );
  const brought = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
  return `<ds:Signature xmlns:ds="${DS}"><ds:SignedInfo>${info}<ds:SignatureValue>${signer.sign(key, 'base64')}</ds:SignatureValue>${brought}</ds:Signature>`;
}
