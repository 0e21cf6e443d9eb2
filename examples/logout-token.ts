import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

interface Expected {
  issuer: string;
  clientId: string;
  jwksUri: string;
}

/**
 * Checks a logout token as OpenID Connect Back-Channel Logout 1.0 section 2.6 asks.
 *
 * @returns a function that answers whom the token signs out; it throws when the token is not good, or was used before
 */
export function createLogoutTokenCheck({ issuer, clientId, jwksUri }: Expected) {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  // `jti` to the second after which the token would have expired anyway.
  const used = new Map<string, number>();

  return async (token: string): Promise<{ sid?: string; sub?: string }> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'exp', 'jti'],
      clockTolerance: 10,
    });
    if (payload.nonce !== undefined) throw new Error('A logout token has no nonce.');
    if (!isLogoutEvent(payload)) throw new Error('The logout event is missing.');
    const { sid, sub, jti = '', exp = 0 } = payload;
    if (typeof sid !== 'string' && sub === undefined)
      throw new Error('The token names neither a session nor a subject.');
    const now = Date.now() / 1000;
    for (const [id, expiry] of used) if (expiry < now) used.delete(id);
    if (used.has(jti)) throw new Error('The token was used before.');
    used.set(jti, exp + 10);
    return { ...(typeof sid === 'string' && { sid }), ...(sub !== undefined && { sub }) };
  };
}

function isLogoutEvent({ events }: JWTPayload): boolean {
  const event = typeof events === 'object' && events !== null ? Reflect.get(events, EVENT) : undefined;
  return typeof event === 'object' && event !== null;
}
