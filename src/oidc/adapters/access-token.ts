import type { Store } from '../../store/index.ts';
import type { CurrentWork, PartialAdapter } from './adapter.ts';
import { rememberGrant } from './grant.ts';
import { type PassingNeeds, passing } from './passing.ts';

/** Opaque access tokens: passing, but alive only as long as the grant they belong to, which is read with them. */
export function accessTokenAdapter(
  needs: PassingNeeds & { grants: Store['grants']; work: CurrentWork },
): PartialAdapter {
  const adapter = passing('AccessToken', needs);
  return {
    ...adapter,
    async find(value) {
      const payload = await adapter.find(value);
      if (payload?.grantId)
        rememberGrant(needs.work(), { grantId: payload.grantId }, await needs.grants.find(payload.grantId));
      return payload;
    },
  };
}
