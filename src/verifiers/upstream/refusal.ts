import type { UpstreamRefused } from './upstream.ts';

/** Why the answer of a provider was not believed, by OpenID Connect Core and OAuth 2.0. Each forgery has its own word. */
export type OidcRefusal =
  /** It answers to nobody's question, or to another's. */
  | 'state_mismatch'
  /** `iss` of the answer or of the token names somebody else (RFC 9207, Core section 3.1.3.7 rule 2). */
  | 'issuer_mismatch'
  | 'nonce_mismatch'
  | 'audience_mismatch'
  | 'authorized_party_mismatch'
  | 'token_expired'
  | 'token_from_the_future'
  | 'claim_missing'
  | 'subject_invalid'
  | 'signature_invalid'
  | 'algorithm_refused'
  | 'key_unknown'
  | 'access_token_mismatch'
  /** The person was to prove themselves anew and did not. */
  | 'not_fresh'
  | 'userinfo_mismatch'
  /** The token endpoint does not take the code: used, another client's, made up. */
  | 'code_refused'
  | 'code_missing'
  | 'id_token_missing'
  | 'response_invalid'
  | 'discovery_invalid'
  /** It says itself that it failed. */
  | 'provider_error'
  /** An account that the operator does not let in: another company's, another tenant's. */
  | 'account_not_allowed';

/** What can be wrong with a SAML response besides. */
export type SamlRefusal =
  | 'response_missing'
  | 'doctype_refused'
  | 'comment_refused'
  | 'encrypted_refused'
  /** None, several, or one that is not where it belongs: signature wrapping. */
  | 'assertion_count'
  | 'duplicate_id'
  | 'destination_mismatch'
  | 'recipient_mismatch'
  /** It answers no question of ours. */
  | 'unsolicited'
  | 'response_to_another'
  | 'status_failed'
  | 'replayed'
  | 'transient_subject'
  | 'metadata_invalid';

export type Refusal = UpstreamRefused<OidcRefusal | SamlRefusal>;

/** Ends the reading of an answer; caught where the answer is judged, and nowhere else. */
export class Unbelieved extends Error {
  readonly refusal: Refusal;

  constructor(reason: Refusal['reason'], detail?: string) {
    super(reason);
    this.refusal = { ok: false, reason, ...(detail === undefined ? {} : { detail: detail.slice(0, 300) }) };
  }
}

/** Milliseconds: somebody waits for the answer. */
const PATIENCE = 4000;

/** What a provider does, or why it is refused. What it cannot do in time, or by the network, it is not available for. */
export async function judged<T extends object>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<({ ok: true } & T) | Refusal> {
  const signal = AbortSignal.timeout(PATIENCE);
  const { promise: late, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new Unbelieved('unavailable', 'no answer in time')), { once: true });
  try {
    return { ok: true, ...(await Promise.race([work(signal), late])) };
  } catch (error) {
    if (error instanceof Unbelieved) return error.refusal;
    const { message, cause } = error as Error;
    const because = cause instanceof Error ? `: ${cause.message}` : '';
    return { ok: false, reason: 'unavailable', detail: `${message}${because}`.slice(0, 300) };
  }
}
