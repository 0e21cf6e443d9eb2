import type { Requirement } from './requirement.ts';

/** What a test or a policy says: a fact that is not known gives no definite answer. */
export type Verdict = 'yes' | 'no' | 'unknown';

/** One node of the condition as it was judged. */
export type TestTrace =
  | { test: string; expected: unknown; actual: unknown; verdict: Verdict }
  | { join: 'all' | 'any' | 'not'; of: TestTrace[]; verdict: Verdict };

export interface RequirementTrace {
  requirement: Requirement;
  met: boolean;
  /** What met it, or what is missing, in words. */
  reason: string;
}

/** Why a policy applied or not, and what it asked for. The traces of a decision alone justify it. */
export interface PolicyTrace {
  policy: string;
  /** `built_in`: not the operator's; always enforced. */
  mode: 'enforce' | 'report' | 'built_in';
  applied: boolean;
  verdict: Verdict;
  tests: TestTrace[];
  block: boolean;
  requirements: RequirementTrace[];
  session: SessionControl;
}

/** The tightest of all that apply. */
export interface SessionControl {
  /** Sign-in frequency: evidence older than this many seconds does not count. */
  maxAge?: number;
  /** False: the session ends with the browser. */
  persistent?: boolean;
  /** Seconds for which this browser may be trusted after a second factor; absent where some policy wants it asked each time. */
  trustDevice?: number;
}

/** Plain JSON. */
export type Decision = { session: SessionControl; trace: PolicyTrace[] } & (
  | { outcome: 'allow' }
  | { outcome: 'step_up'; unmet: Requirement[] }
  /** `unreachable`: nothing anybody could prove here would meet what the app insists on. */
  | { outcome: 'deny'; by: string[]; reason: 'blocked' | 'unreachable' }
);
