import type { EpochSeconds, JsonObject } from '../../base/index.ts';
import { Unbelieved } from './refusal.ts';
import { ASSERTION, elements, type Message } from './saml-message.ts';

export interface ExpectedAssertion {
  /** The provider's entity id. */
  issuer: string;
  /** Ours. */
  audience: string;
  callback: string;
  /** The request that was sent. */
  requestId: string;
  now: EpochSeconds;
}

/** Seconds by which two clocks may differ. */
const SKEW = 60;
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/** Web browser SSO profile (SAML 2.0 Profiles section 4.1.4.3), rule by rule. @throws Unbelieved with a word for each */
export function checkAssertion({ response, assertion }: Message, expected: ExpectedAssertion): void {
  const { issuer, audience, callback, requestId, now } = expected;
  const all = (name: string) => elements(assertion, ASSERTION, name);
  for (const one of [textOf(response, 'Issuer'), textOf(assertion, 'Issuer')]) {
    if (one !== issuer) throw new Unbelieved('issuer_mismatch', one);
  }
  if (response.getAttribute('Destination') !== callback) throw new Unbelieved('destination_mismatch');
  if (!response.getAttribute('InResponseTo')) throw new Unbelieved('unsolicited');
  if (response.getAttribute('InResponseTo') !== requestId) throw new Unbelieved('response_to_another');

  const audiences = all('Audience').map((one) => one.textContent?.trim());
  if (!audiences.includes(audience)) throw new Unbelieved('audience_mismatch', audiences.join(' '));

  const confirmed = all('SubjectConfirmation').find((one) => one.getAttribute('Method') === BEARER);
  const [data] = confirmed ? elements(confirmed, ASSERTION, 'SubjectConfirmationData') : [];
  if (data?.getAttribute('Recipient') !== callback) throw new Unbelieved('recipient_mismatch');
  if (data.getAttribute('InResponseTo') !== requestId) throw new Unbelieved('response_to_another');

  const [conditions] = all('Conditions');
  for (const one of [data, conditions]) checkTime(one, now);
  if (!data.getAttribute('NotOnOrAfter') || !conditions) throw new Unbelieved('claim_missing', 'no end');
}

function checkTime(one: Element | undefined, now: EpochSeconds): void {
  const [from, until] = [one?.getAttribute('NotBefore'), one?.getAttribute('NotOnOrAfter')];
  if (from && !(Date.parse(from) / 1000 - SKEW <= now)) throw new Unbelieved('token_from_the_future', from);
  if (until && !(Date.parse(until) / 1000 + SKEW > now)) throw new Unbelieved('token_expired', until);
}

export interface SamlFacts {
  id: string;
  /** Seconds since the epoch, after which nobody believes it. */
  endsAt: EpochSeconds;
  subject: string;
  attributes: JsonObject;
  acr: string | undefined;
  authTime: EpochSeconds | undefined;
  sid: string | undefined;
}

/** Whom an assertion is about. Its signature has to be checked before. */
export function readAssertion({ assertion }: Message): SamlFacts {
  const [name] = elements(assertion, ASSERTION, 'NameID');
  const subject = name?.textContent ?? '';
  if (subject === '' || subject.length > 255) throw new Unbelieved('subject_invalid');
  // It is another one each time: nobody could be known again by it.
  if (name?.getAttribute('Format') === TRANSIENT) throw new Unbelieved('transient_subject');
  const [statement] = elements(assertion, ASSERTION, 'AuthnStatement');
  const at = Date.parse(statement?.getAttribute('AuthnInstant') ?? '');
  const ends = elements(assertion, ASSERTION, 'SubjectConfirmationData').map((one) =>
    Date.parse(one.getAttribute('NotOnOrAfter') ?? ''),
  );
  return {
    id: assertion.getAttribute('ID') ?? '',
    endsAt: Math.ceil(Math.max(...ends) / 1000) + SKEW,
    subject,
    attributes: attributesOf(assertion),
    acr: elements(assertion, ASSERTION, 'AuthnContextClassRef')[0]?.textContent?.trim() || undefined,
    authTime: Number.isNaN(at) ? undefined : Math.floor(at / 1000),
    sid: statement?.getAttribute('SessionIndex') || undefined,
  };
}

/** By their names and their friendly names; the first value of each. */
function attributesOf(assertion: Element): JsonObject {
  const all = elements(assertion, ASSERTION, 'Attribute').flatMap((one): [string, string][] => {
    const value = elements(one, ASSERTION, 'AttributeValue')[0]?.textContent ?? '';
    return [one.getAttribute('FriendlyName'), one.getAttribute('Name')].flatMap((name) =>
      name ? [[name, value]] : [],
    );
  });
  return Object.fromEntries(all);
}

function textOf(parent: Element, name: string): string {
  const own = elements(parent, ASSERTION, name).find((one) => one.parentNode === parent);
  return own?.textContent?.trim() ?? '';
}
