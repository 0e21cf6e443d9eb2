import type { SessionControl } from './decision.ts';
import type { Requirement } from './requirement.ts';
import type { Condition } from './tests/test.ts';

/** `report`: evaluated and shown in the trace, without effect. `off`: not even evaluated. */
export const modes = ['enforce', 'report', 'off'] as const;
export type Mode = (typeof modes)[number];

/** A policy made ready to be evaluated; nothing changes it any more. */
export interface Policy {
  readonly name: string;
  readonly description?: string;
  readonly mode: Mode;
  /** All must hold; none means everybody. */
  readonly conditions: readonly Condition[];
  readonly block: boolean;
  /** All must be met. */
  readonly demands: readonly Demand[];
  readonly session: SessionControl;
}

/** A requirement with the text that tells whether another one is the same. */
export interface Demand {
  readonly requirement: Requirement;
  readonly key: string;
}

export function demand(requirement: Requirement): Demand {
  return { requirement, key: JSON.stringify(requirement) };
}

/** Whether this is, or may be met by, a second factor of any kind. */
export function asksMfa(requirement: Requirement): boolean {
  return requirement.require === 'any' ? requirement.of.some(asksMfa) : requirement.require === 'mfa';
}
