import type { EpochSeconds, JsonObject } from '../../base/index.ts';

/** What a browser is sent away with. */
export interface Departure {
  /** Names this departure when the browser comes back: unguessable, at most 80 characters (SAML's RelayState has no more). */
  state: string;
  /** The address somebody says is theirs. */
  loginHint?: string | undefined;
  /** The person has to prove themselves to the provider anew, whatever session they have there. */
  fresh: boolean;
  /** BCP 47 */
  lang: string;
}

/** Where to, and what the answer will be judged by (kept sealed, on the server). */
export interface Departed {
  url: string;
  remember: JsonObject;
}

/** What the browser brought back: the parameters of the callback, from its query or its form. */
export type Returned = Readonly<Record<string, string>>;

/** Whom the provider vouches for. It is named by issuer and subject; nothing else identifies. */
export interface UpstreamIdentity {
  issuer: string;
  subject: string;
  /**
   * By the standard names (OpenID Connect Core section 5.1) where they have one, then as mapped by the operator. Booleans
   * are booleans, whatever the provider sends; `email_verified` is true only where the provider says so.
   */
  claims: JsonObject;
  /** Authentication context class and methods, as the provider says them. */
  acr?: string;
  amr: readonly string[];
  /** When the person proved themselves to the provider, where it says so. */
  authTime?: EpochSeconds;
  /** The provider's name for its session: it may end it and tell us (Back-Channel Logout section 2.4). */
  sid?: string;
  /** Told at logout, where the operator wants it passed on. */
  idToken?: string;
}

/**
 * An answer that was not accepted. `reason` is one of a closed set of words, for the log, the audit and tests; `detail`
 * says more to operators. Neither is shown to people. `cancelled` and `unavailable` are the two that are nobody's fault.
 */
export interface UpstreamRefused<Reason extends string = string> {
  ok: false;
  reason: Reason | 'cancelled' | 'unavailable';
  detail?: string;
}

/** One upstream provider, ready to be asked. */
export interface Upstream {
  /** Rejects with nothing: a provider that cannot be reached is a refusal. */
  depart(departure: Departure): Promise<({ ok: true } & Departed) | UpstreamRefused>;
  /** Judges what came back by what was remembered, and fetches what is missing. */
  arrive(
    returned: Returned,
    remembered: JsonObject,
  ): Promise<{ ok: true; identity: UpstreamIdentity } | UpstreamRefused>;
  /** The subject or session that the provider ended, from its logout token (Back-Channel Logout 1.0 section 2.6). */
  readLogout?(
    logoutToken: string,
  ): Promise<
    { ok: true; issuer: string; subject?: string; sid?: string; jti: string; expiresAt: EpochSeconds } | UpstreamRefused
  >;
  /** Where a browser goes to end its session there too, where the provider has such a place. */
  logoutUrl?(parameters: {
    idToken?: string | undefined;
    returnTo: string;
    state?: string;
  }): Promise<string | undefined>;
}
