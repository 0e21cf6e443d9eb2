import { Unbelieved } from './refusal.ts';

/** Namespaces of SAML 2.0 and XML Signature. */
export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';

/** What may make and break a signature: nothing with SHA-1, and no transform that leaves something out. */
const ALGORITHMS: Readonly<Record<string, ReadonlySet<string>>> = {
  SignatureMethod: new Set(['256', '512'].map((bits) => `http://www.w3.org/2001/04/xmldsig-more#rsa-sha${bits}`)),
  DigestMethod: new Set(['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512']),
  CanonicalizationMethod: new Set(['http://www.w3.org/2001/10/xml-exc-c14n#']),
  Transform: new Set([`${SIGNATURE}enveloped-signature`, 'http://www.w3.org/2001/10/xml-exc-c14n#']),
};

/**
 * Reads XML that a stranger may have written. What has no place in a SAML message is not even parsed: entities, processing
 * instructions, and comments, by which one reader sees another name than the next.
 */
export async function parseXml(xml: string): Promise<Document> {
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new Unbelieved('doctype_refused');
  if (/<!--|<!\[CDATA\[|<\?(?!xml\s)/.test(xml)) throw new Unbelieved('comment_refused');
  const { DOMParser } = await import('@xmldom/xmldom');
  const wrong = (message: string) => {
    throw new Unbelieved('response_invalid', message);
  };
  const parser = new DOMParser({ errorHandler: { warning: () => undefined, error: wrong, fatalError: wrong } });
  const document = parser.parseFromString(xml, 'text/xml');
  if (!document?.documentElement) throw new Unbelieved('response_invalid', 'no XML');
  return document;
}

export function elements(within: Document | Element, namespace: string, name: string): Element[] {
  return Array.from(within.getElementsByTagNameNS(namespace, name));
}

/** One response with one assertion, each where it belongs, and nothing by which one could stand in for another. */
export interface Message {
  response: Element;
  assertion: Element;
}

/**
 * Looks at the shape of a message before anything of it is believed: signature wrapping needs a second assertion, a second
 * element of one id, or one in another place (Somorovsky and others, "On Breaking SAML", 2012).
 */
export function messageIn(document: Document): Message {
  const response = document.documentElement;
  if (response.namespaceURI !== PROTOCOL || response.localName !== 'Response')
    throw new Unbelieved('response_invalid', response.nodeName);
  checkStatus(response);
  if (elements(document, ASSERTION, 'EncryptedAssertion').length > 0) throw new Unbelieved('encrypted_refused');
  const assertions = elements(document, ASSERTION, 'Assertion');
  const [assertion] = assertions;
  if (assertions.length !== 1 || !assertion || assertion.parentNode !== response) {
    throw new Unbelieved('assertion_count', `${assertions.length} assertions`);
  }
  checkIds(document);
  checkAlgorithms(document);
  return { response, assertion };
}

function checkStatus(response: Element): void {
  const [code] = elements(response, PROTOCOL, 'StatusCode');
  const said = code?.getAttribute('Value')?.split(':').at(-1) ?? 'none';
  if (said === 'Success') return;
  const [, inner] = elements(response, PROTOCOL, 'StatusCode');
  const detail = `${said} ${inner?.getAttribute('Value')?.split(':').at(-1) ?? ''}`;
  // What people end themselves: they said no, or nobody signed in (Core section 3.2.2.2).
  throw new Unbelieved(/AuthnFailed|RequestDenied|NoPassive/.test(detail) ? 'cancelled' : 'status_failed', detail);
}

function checkIds(document: Document): void {
  const all = Array.from(document.getElementsByTagName('*'));
  const ids = all.flatMap((one) => ['ID', 'Id', 'id'].flatMap((name) => one.getAttribute(name) || []));
  if (new Set(ids).size !== ids.length) throw new Unbelieved('duplicate_id');
}

function checkAlgorithms(document: Document): void {
  for (const [name, allowed] of Object.entries(ALGORITHMS)) {
    for (const one of elements(document, SIGNATURE, name)) {
      const algorithm = one.getAttribute('Algorithm') ?? '';
      if (!allowed.has(algorithm)) throw new Unbelieved('algorithm_refused', algorithm);
    }
  }
}
