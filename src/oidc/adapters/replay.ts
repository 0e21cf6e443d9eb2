import type { Store } from '../../store/index.ts';
import { type PartialAdapter, tokenId } from './adapter.ts';

/** How long a `jti` is kept when nobody said; longer than any assertion or proof is accepted. Seconds. */
const KEPT = 3600;

/**
 * `jti` of client assertions and DPoP proofs. The library looks, then saves; here looking is claiming, so that of any
 * number of parallel tries only the first finds nothing.
 */
export function replayAdapter({
  replayIds,
  now,
}: {
  replayIds: Store['replayIds'];
  now: () => number;
}): PartialAdapter {
  return {
    async find(id) {
      const first = await replayIds.claim(tokenId(id), now() + KEPT);
      return first ? undefined : { jti: id, kind: 'ReplayDetection' };
    },
    upsert: async () => undefined,
  };
}
