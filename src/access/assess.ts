import { newReadableCode } from '../base/index.ts';
import { type Decision, type Evidence, evaluate, type Policy, type Signals } from '../policy/index.ts';
import type { Occasion } from './gather.ts';

/** A decision with everything it was made from. */
export interface Assessment {
  /** By which people and operators can name it, once it was kept. */
  reference: string;
  decision: Decision;
  signals: Signals;
  /** The same question if this were proven as well: tells whether asking for it would help. */
  considering(more: readonly Evidence[]): Decision;
}

/** The one question that stands between a person and every token: sign-in, silent SSO and refresh all ask it. */
export type Assess = (occasion: Occasion) => Promise<Assessment>;

export interface AssessNeeds {
  gather: (occasion: Occasion) => Promise<Signals>;
  /** Those in force at this moment. */
  policies: () => readonly Policy[];
}

export function createAssess({ gather, policies }: AssessNeeds): Assess {
  return async (occasion) => {
    const signals = await gather(occasion);
    const inForce = policies();
    return {
      reference: newReadableCode(3),
      decision: evaluate(inForce, signals),
      signals,
      considering: (more) => evaluate(inForce, { ...signals, evidence: [...signals.evidence, ...more] }),
    };
  };
}
