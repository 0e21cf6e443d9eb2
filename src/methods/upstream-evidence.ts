import type { EpochSeconds } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import type { UpstreamIdentity } from '../verifiers/index.ts';
import type { IdentityProvider } from './identity-provider.ts';

/**
 * What a provider's word proves. By itself it is one assertion, however the person proved themselves there; where the
 * operator trusts its second factor, and that is recent, it counts as having one.
 */
export function upstreamEvidence(
  { amr, acr, authTime, sid }: UpstreamIdentity,
  { id, trustMfa }: IdentityProvider,
  identityId: string,
  now: EpochSeconds,
): Evidence[] {
  // Somebody who proved themselves there yesterday proved nothing new today.
  const at = Math.min(now, authTime ?? now);
  const about = { identityProvider: id, credential: identityId, phishingResistant: false, at };
  const vouched: Evidence = { by: 'federated', kinds: ['assertion'], amr: ['fed'], ...about };
  if (sid !== undefined) vouched.upstreamSession = sid;
  if (!trustMfa || authTime === undefined || now - authTime > trustMfa.within) return [vouched];
  const meant = trustMfa.amr.some((one) => amr.includes(one)) || (acr !== undefined && trustMfa.acr.includes(acr));
  return meant ? [vouched, { by: 'upstream-mfa', kinds: ['possession'], amr: [], ...about }] : [vouched];
}
