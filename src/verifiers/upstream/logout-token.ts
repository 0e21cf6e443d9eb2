import type { JWTPayload } from 'jose';
import type { EpochSeconds } from '../../base/index.ts';
import { Unbelieved } from './refusal.ts';

/** The event that a logout token is about (Back-Channel Logout 1.0 section 2.4). */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Seconds. */
const SKEW = 60;
const LONGEST = 600;

export interface ExpectedLogoutToken {
  clientId: string;
  isIssuer: (issuer: string, claims: JWTPayload) => boolean;
  typ: string | undefined;
  now: EpochSeconds;
}

export interface LogoutTold {
  issuer: string;
  subject?: string;
  sid?: string;
  jti: string;
  expiresAt: EpochSeconds;
}

/** Back-Channel Logout 1.0 section 2.6, on claims whose signature was right. @throws Unbelieved */
export function checkLogoutToken(
  claims: JWTPayload,
  { clientId, isIssuer, typ, now }: ExpectedLogoutToken,
): LogoutTold {
  const { iss, aud, iat, exp, jti, sub, sid, nonce } = claims;
  const events = claims.events as Record<string, unknown> | undefined;
  if (typ !== undefined && !/^(?:logout\+jwt|jwt)$/i.test(typ)) throw new Unbelieved('response_invalid', `typ ${typ}`);
  if (typeof iss !== 'string' || !isIssuer(iss, claims)) throw new Unbelieved('issuer_mismatch', String(iss));
  if (![aud].flat().includes(clientId)) throw new Unbelieved('audience_mismatch');
  if (typeof iat !== 'number' || iat - SKEW > now) throw new Unbelieved('token_from_the_future', String(iat));
  const expiresAt = Math.min(typeof exp === 'number' ? exp : iat + LONGEST, iat + LONGEST);
  if (expiresAt + SKEW <= now) throw new Unbelieved('token_expired', String(exp));
  // An ID token is no logout token: it carries a nonce and no event.
  if (nonce !== undefined || typeof events?.[EVENT] !== 'object')
    throw new Unbelieved('response_invalid', 'no logout event');
  if (typeof jti !== 'string' || (typeof sub !== 'string' && typeof sid !== 'string')) {
    throw new Unbelieved('claim_missing', 'jti, and sub or sid');
  }
  return {
    issuer: iss,
    jti,
    expiresAt: expiresAt + SKEW,
    ...(typeof sub === 'string' ? { subject: sub } : {}),
    ...(typeof sid === 'string' ? { sid } : {}),
  };
}
