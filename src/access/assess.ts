import { randomInt } from 'node:crypto';
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
      reference: newReference(),
      decision: evaluate(inForce, signals),
      signals,
      considering: (more) => evaluate(inForce, { ...signals, evidence: [...signals.evidence, ...more] }),
    };
  };
}

/** Letters and digits that nobody mistakes for each other, to be told over the telephone. */
const READABLE = '23456789abcdefghjkmnpqrstvwxyz';

/** Twelve of them, 58 bits, in groups of four. */
function newReference(): string {
  const letters = Array.from({ length: 12 }, () => READABLE[randomInt(READABLE.length)]).join('');
  return letters.replace(/(.{4})(?!$)/g, '$1-');
}
