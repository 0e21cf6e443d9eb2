import type { Authenticator } from '../accounts/index.ts';
import { isPasskey } from '../accounts/index.ts';

/**
 * How safe an account is, as the name of a sentence:
 * `one` way in and nothing beside it; `two` steps, of which somebody can be tricked; a `passkey_alone` with nothing for the
 * day it is lost; a `passkey` with something.
 */
export type Strength = 'one' | 'two' | 'passkey_alone' | 'passkey';

export function strengthOf(authenticators: readonly Authenticator[]): Strength {
  const passkeys = authenticators.filter(isPasskey).length;
  const others = authenticators.length - passkeys;
  if (passkeys > 0) return passkeys + others > 1 ? 'passkey' : 'passkey_alone';
  return authenticators.some(({ factor }) => factor !== 'recovery-code') ? 'two' : 'one';
}
