import type { Json, JsonObject } from '../../base/index.ts';

const BOOLEANS = ['email_verified', 'phone_number_verified'];
/** About the token, or told apart. */
const PROTOCOL = new Set([
  ...['iss', 'sub', 'aud', 'azp', 'exp', 'iat', 'nbf', 'jti', 'nonce', 'at_hash', 'c_hash', 's_hash', 'sid'],
  ...['acr', 'amr', 'auth_time'],
]);

/**
 * What a provider says of somebody, by the standard names (OpenID Connect Core section 5.1) and those the operator mapped.
 * Some providers send booleans as text; only what says *true* is.
 *
 * @param mapping ours ← theirs
 */
export function readClaims(said: JsonObject, mapping: Readonly<Record<string, string>> = {}): JsonObject {
  const claims: JsonObject = Object.fromEntries(Object.entries(said).filter(([name]) => !PROTOCOL.has(name)));
  for (const [ours, theirs] of Object.entries(mapping)) {
    const value = found(said, theirs);
    if (value === undefined) delete claims[ours];
    else claims[ours] = value;
  }
  for (const name of BOOLEANS) {
    if (claims[name] !== undefined) claims[name] = claims[name] === true || claims[name] === 'true';
  }
  return claims;
}

/** A claim by its name, or one inside another: `address.locality`. */
function found(said: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(said, name)) return said[name];
  const [first = '', ...rest] = name.split('.');
  const inner = Object.hasOwn(said, first) ? said[first] : undefined;
  if (rest.length === 0 || typeof inner !== 'object' || inner === null || Array.isArray(inner)) return undefined;
  return found(inner, rest.join('.'));
}
