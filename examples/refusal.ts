import type { AuthorizationResponseError } from 'openid-client';

const ASK_FIRST = 'The sign-in service has to ask you something first.';

/** By the `error` of the authorization response (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6). */
const WORDS: Readonly<Record<string, string>> = {
  access_denied: 'You went back, or may not go on. You can try it again at any time.',
  unmet_authentication_requirements:
    'This takes a stronger proof that it’s you than the sign-in service can ask for. Talk to us, and we find another way.',
  interaction_required: ASK_FIRST,
  login_required: ASK_FIRST,
  consent_required: ASK_FIRST,
  account_selection_required: ASK_FIRST,
};

/** What a person is told when the provider said no. */
export function refusalInWords({ error }: AuthorizationResponseError): string {
  return WORDS[error] ?? 'The sign-in service could not finish it. You can try it again.';
}

/** The same as a heading over it. */
export function refusalTitle({ error }: AuthorizationResponseError): string {
  if (WORDS[error] === ASK_FIRST) return 'One question first';
  return error === 'access_denied' ? 'You are not signed in' : 'The sign-in did not finish';
}
