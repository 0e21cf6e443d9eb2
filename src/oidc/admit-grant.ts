import type { Assess, KeepDecision } from '../access/index.ts';
import { type Assurance, assurance } from '../policy/index.ts';
import type { LiveGrant } from '../store/index.ts';
import { readProof } from './login-result.ts';

/**
 * A grant is alive only as long as policy would let its person through: asked whenever something issued under it is
 * refreshed, introspected or used here. Undefined counts as a grant that has ended.
 */
export type AdmitGrant = (grant: LiveGrant) => Promise<AdmittedGrant | undefined>;

/** With what is proven of its person at this moment: what they proved with something that is gone is not. */
export type AdmittedGrant = LiveGrant & { assurance: Assurance };

export interface AdmitGrantNeeds {
  assess: Assess;
  keepDecision: KeepDecision;
  /** True for a refresh: its refusal is kept. Resource servers that ask about a token again and again are only told. */
  refreshing: () => boolean;
}

export function createAdmitGrant({ assess, keepDecision, refreshing }: AdmitGrantNeeds): AdmitGrant {
  return async (grant) => {
    const { evidence, circumstances } = readProof(grant.proof);
    const { user, clientId } = grant;
    const assessment = await assess({ action: 'refresh', user, clientId, evidence, circumstances });
    if (assessment.decision.outcome === 'allow') {
      return { ...grant, assurance: assurance(assessment.signals.evidence ?? []) };
    }
    if (refreshing()) await keepDecision(assessment);
    return undefined;
  };
}
