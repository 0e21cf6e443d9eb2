import type { Authenticator } from '../accounts/index.ts';
import type { Signals } from '../policy/index.ts';
import type { Factor } from './factor.ts';

/** What somebody has enrolled, as policy asks for it. */
export function enrolledFacts(
  authenticators: readonly Authenticator[],
  factors: readonly Pick<Factor, 'name' | 'gives'>[],
): NonNullable<Signals['enrolled']> {
  return authenticators.flatMap(({ factor: name, data }) => {
    const factor = factors.find((one) => one.name === name);
    if (!factor) return [];
    const { kinds, phishingResistant } = factor.gives;
    // A key that was enrolled without a PIN or a finger cannot give more than it did then.
    return [{ by: name, kinds: data.userVerified === false ? ['possession'] : kinds, phishingResistant }];
  });
}
