import { X509Certificate } from 'node:crypto';
import { Unbelieved } from './refusal.ts';
import { elements, METADATA, parseXml } from './saml-message.ts';

/** What is needed of an identity provider's metadata (SAML 2.0 Metadata section 2.4.3). */
export interface IdpMetadata {
  entityId: string;
  /** Single sign-on by redirect. */
  signOnUrl: string;
  /** PEM; only these are believed, never one that a message brings along. */
  certificates: string[];
}

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';

/** @throws Unbelieved `metadata_invalid` */
export async function readMetadata(xml: string): Promise<IdpMetadata> {
  const document = await parseXml(xml);
  const [descriptor] = elements(document, METADATA, 'IDPSSODescriptor');
  const entity = descriptor?.parentNode as Element | null | undefined;
  const entityId = entity?.getAttribute('entityID') ?? '';
  if (!descriptor || entityId === '') throw new Unbelieved('metadata_invalid', 'no identity provider in it');
  const signOn = elements(descriptor, METADATA, 'SingleSignOnService').find(
    (one) => one.getAttribute('Binding') === REDIRECT,
  );
  const signOnUrl = signOn?.getAttribute('Location') ?? '';
  if (!URL.canParse(signOnUrl)) throw new Unbelieved('metadata_invalid', 'no single sign-on by HTTP-Redirect in it');
  const certificates = elements(descriptor, METADATA, 'KeyDescriptor')
    .filter((one) => one.getAttribute('use') !== 'encryption')
    .flatMap((one) => elements(one, SIGNATURE, 'X509Certificate'))
    .map((one) => pemOf(one.textContent ?? ''));
  if (certificates.length === 0) throw new Unbelieved('metadata_invalid', 'no signing certificate in it');
  return { entityId, signOnUrl, certificates };
}

function pemOf(text: string): string {
  try {
    return new X509Certificate(Buffer.from(text.replace(/\s/g, ''), 'base64')).toString();
  } catch {
    throw new Unbelieved('metadata_invalid', 'a certificate that is none');
  }
}

export interface MetadataSourceNeeds {
  /** As text, or where it is. */
  metadata?: string | undefined;
  url?: string | undefined;
  fetch: typeof globalThis.fetch;
  clock: () => number;
}

/** Milliseconds. */
const FRESH = 3600_000;

/** Read once an hour; what is known goes on while it is asked anew, and when that fails. */
export function createMetadataSource({ metadata, url = '', fetch, clock }: MetadataSourceNeeds) {
  let known: { read: IdpMetadata; at: number } | undefined;

  async function ask(signal?: AbortSignal): Promise<IdpMetadata> {
    const answer = await fetch(url, signal ? { signal } : {});
    if (!answer.ok) throw new Unbelieved('unavailable', `metadata: ${answer.status}`);
    const read = await readMetadata(await answer.text());
    known = { read, at: clock() };
    return read;
  }

  return async (signal: AbortSignal): Promise<IdpMetadata> => {
    if (metadata !== undefined) {
      known ??= { read: await readMetadata(metadata), at: clock() };
      return known.read;
    }
    if (!known) return ask(signal);
    if (clock() - known.at > FRESH) {
      known = { ...known, at: clock() };
      ask().catch(() => undefined);
    }
    return known.read;
  };
}

/** Ours, for whoever sets up the other side (SAML 2.0 Metadata section 2.4.4). */
export function samlMetadata({ entityId, callback }: { entityId: string; callback: string }): string {
  const [id, address] = [entityId, callback].map((text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;'));
  return `<?xml version="1.0"?>
<EntityDescriptor xmlns="${METADATA}" entityID="${id}">
  <SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</NameIDFormat>
    <AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${address}" index="0" isDefault="true"/>
  </SPSSODescriptor>
</EntityDescriptor>
`;
}
