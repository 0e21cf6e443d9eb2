import { type Acr, assurance, meetsAcr } from './assurance.ts';
import type { Evidence } from './evidence.ts';

/** Everything a decision may look at, gathered before. A missing fact is absent, and absent never counts in somebody's favour. */
export interface Signals {
  user: { id: string; disabled: boolean } | undefined;
  client: { id: string };
  evidence: readonly Evidence[];
  /** The authentication context class the app insists on (OpenID Connect Core section 5.5.1.1); any of them will do. */
  requiredAcr: readonly string[];
  /** What a person here could reach at best, with the ways this deployment offers. */
  reachableAcr: Acr;
}

export type Requirement = { acr: string[] };

/** Why a policy applied or not, and what it asked for. */
export interface PolicyTrace {
  policy: string;
  applied: boolean;
  reason: string;
  unmet: Requirement[];
}

export type Decision = { trace: PolicyTrace[] } & (
  | { outcome: 'allow' }
  | { outcome: 'step_up'; unmet: Requirement[] }
  /** `unreachable`: nothing this person could do here would meet what the app asked for. */
  | { outcome: 'deny'; by: string[]; reason: 'blocked' | 'unreachable' }
);

interface Verdict {
  applied: boolean;
  reason: string;
  block?: 'blocked' | 'unreachable';
  unmet?: Requirement[];
}

type BuiltIn = (signals: Signals) => Verdict;

const builtIns: Record<string, BuiltIn> = {
  account_usable({ user }) {
    if (!user) return { applied: true, block: 'blocked', reason: 'the user is not known or was deleted' };
    if (user.disabled) return { applied: true, block: 'blocked', reason: 'the user is disabled' };
    return { applied: false, reason: 'the user is usable' };
  },

  something_proven({ evidence }) {
    if (evidence.length > 0) return { applied: false, reason: `${evidence.length} proofs` };
    return { applied: true, reason: 'nothing was proven', unmet: [{ acr: ['aal1'] }] };
  },

  requested_acr({ requiredAcr, evidence, reachableAcr }) {
    if (requiredAcr.length === 0) return { applied: false, reason: 'none was required' };
    const have = assurance(evidence).acr;
    const asked = requiredAcr.join(' or ');
    if (requiredAcr.some((acr) => meetsAcr(have, acr))) return { applied: true, reason: `${have} meets ${asked}` };
    if (!requiredAcr.some((acr) => meetsAcr(reachableAcr, acr))) {
      return { applied: true, block: 'unreachable', reason: `${asked} cannot be reached` };
    }
    return { applied: true, reason: `${have ?? 'nothing'} does not meet ${asked}`, unmet: [{ acr: [...requiredAcr] }] };
  },
};

/** Decides. Every rule is always evaluated and traced; block wins over everything, and requirements are united. */
export function evaluate(signals: Signals): Decision {
  const verdicts = Object.entries(builtIns).map(([policy, rule]) => ({ policy, ...rule(signals) }));
  const trace = verdicts.map(({ policy, applied, reason, unmet = [] }) => ({ policy, applied, reason, unmet }));
  const blocking = verdicts.filter((verdict) => verdict.block !== undefined);
  if (blocking.length > 0) {
    const reason = blocking.some((verdict) => verdict.block === 'blocked') ? 'blocked' : 'unreachable';
    return { outcome: 'deny', by: blocking.map((verdict) => verdict.policy), reason, trace };
  }
  const unmet = trace.flatMap((entry) => entry.unmet);
  return unmet.length > 0 ? { outcome: 'step_up', unmet, trace } : { outcome: 'allow', trace };
}
