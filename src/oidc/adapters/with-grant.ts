import type { Store } from '../../store/index.ts';
import type { AdmitGrant } from '../admit-grant.ts';
import type { CurrentWork, PartialAdapter } from './adapter.ts';
import { rememberGrant } from './grant.ts';

/** Reads the grant along with what belongs to it: alive only as long as that is, and as its session where it is bound to one. */
export function withGrant(
  adapter: PartialAdapter,
  { grants, work, admitted }: { grants: Store['grants']; work: CurrentWork; admitted: AdmitGrant },
): PartialAdapter {
  return {
    ...adapter,
    async find(value) {
      const payload = await adapter.find(value);
      if (!payload?.grantId) return payload;
      const grant = await grants.find(payload.grantId);
      rememberGrant(work(), { grantId: payload.grantId }, grant && (await admitted(grant)));
      return payload;
    },
  };
}
