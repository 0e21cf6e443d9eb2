import { judgeBuiltIns } from './built-in.ts';
import { judgeAll } from './condition.ts';
import type { Decision, PolicyTrace, RequirementTrace, SessionControl } from './decision.ts';
import { readFacts } from './facts.ts';
import { all } from './kleene.ts';
import { asksMfa, type Demand, demand, type Policy } from './policy.ts';
import type { Requirement } from './requirement.ts';
import { check, gatherProofs } from './requirements.ts';
import type { Signals } from './signals.ts';

/**
 * Decides. Every policy is evaluated and traced; all that apply count together, whatever their order: block wins,
 * requirements are united, session controls are the tightest. Never throws; what cannot be decided is denied.
 *
 * @returns plain JSON
 */
export function evaluate(policies: readonly Policy[], signals: Signals): Decision {
  try {
    return decide(policies, signals);
  } catch {
    return broken();
  }
}

function decide(policies: readonly Policy[], signals: Signals): Decision {
  const facts = readFacts(signals);
  const judged = policies
    .filter(({ mode }) => mode !== 'off')
    .map((policy) => {
      const tests = judgeAll(policy.conditions, facts);
      const verdict = all(tests);
      return { policy, tests, verdict, applied: verdict !== 'no' };
    });
  const session = tightest(judged.filter(({ policy, applied }) => applied && policy.mode === 'enforce'));
  const proofs = gatherProofs(facts, session.maxAge);

  const checked = new Map<string, RequirementTrace>();
  const checkOnce = ({ key, requirement }: Demand): RequirementTrace => {
    const known = checked.get(key) ?? check(requirement, proofs);
    checked.set(key, known);
    return known;
  };
  const written = judged.map(
    ({ policy, tests, verdict, applied }): PolicyTrace => ({
      policy: policy.name,
      mode: policy.mode === 'enforce' ? 'enforce' : 'report',
      applied,
      verdict,
      tests,
      block: policy.block,
      requirements: applied ? policy.demands.map(checkOnce) : [],
      session: policy.session,
    }),
  );
  return conclude([...judgeBuiltIns(facts, proofs), ...written], session);
}

/** Those that apply are enough to say what comes of them. */
function conclude(trace: PolicyTrace[], session: SessionControl): Decision {
  const counting = trace.filter(({ applied, mode }) => applied && mode !== 'report');
  const by = counting.filter(({ block }) => block).map(({ policy }) => policy);
  if (by.length > 0) {
    const unreachable = by.every((policy) => policy === 'requested_acr');
    return { outcome: 'deny', by, reason: unreachable ? 'unreachable' : 'blocked', session, trace };
  }
  const unmet = counting.flatMap(({ requirements }) => requirements.flatMap((one) => (one.met ? [] : one.requirement)));
  return unmet.length > 0
    ? { outcome: 'step_up', unmet: distinct(unmet), session, trace }
    : { outcome: 'allow', session, trace };
}

function distinct(requirements: readonly Requirement[]): Requirement[] {
  return [...new Map(requirements.map((one) => [demand(one).key, one])).values()];
}

function tightest(applying: readonly { policy: Policy }[]): SessionControl {
  const ages = applying.flatMap(({ policy }) => policy.session.maxAge ?? []);
  const trusts = applying
    .filter(({ policy }) => policy.demands.some(({ requirement }) => asksMfa(requirement)))
    .map(({ policy }) => policy.session.trustDevice);
  const trusted = trusts.length > 0 && trusts.every((one) => one !== undefined);
  return {
    ...(ages.length > 0 && { maxAge: Math.min(...ages) }),
    ...(applying.some(({ policy }) => policy.session.persistent === false) && { persistent: false }),
    ...(trusted && { trustDevice: Math.min(...trusts) }),
  };
}

/** When the rules themselves are broken. */
function broken(): Decision {
  const rules = { policy: 'evaluation', mode: 'built_in', applied: true, verdict: 'unknown', tests: [] } as const;
  const trace: PolicyTrace[] = [{ ...rules, tests: [], block: true, requirements: [], session: {} }];
  return { outcome: 'deny', by: ['evaluation'], reason: 'blocked', session: {}, trace };
}
