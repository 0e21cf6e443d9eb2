import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Decision,
  evaluate,
  explain,
  type Policy,
  parseExpectations,
  parsePolicies,
  type Requirement,
  type Signals,
  signalsFrom,
} from '../../src/policy/index.ts';
import { losses, policies, ready, signals, writtenPolicies } from '../support/policy-arbitraries.ts';
import { concluded } from '../support/policy-trace.ts';

/** Cases of each property. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 2000);

const STRICTNESS = ['allow', 'step_up', 'deny'];
const texts = (requirements: readonly Requirement[]) => new Set(requirements.map((one) => JSON.stringify(one)));
const unmet = (decision: Decision) => (decision.outcome === 'step_up' ? decision.unmet : []);

/** What comes out, without the order in which it is told and without the trace. */
function gist(decision: Decision): unknown {
  const { outcome, session } = decision;
  const why = decision.outcome === 'deny' ? [decision.reason, ...decision.by.toSorted()] : [];
  return { outcome, session, why, unmet: [...texts(unmet(decision))].sort() };
}

/** Whether the one is at least as strict as the other in everything that somebody could use. */
function atLeast(strict: Decision, mild: Decision): boolean {
  const [now, before] = [strict.session, mild.session];
  const limits = (now.maxAge ?? Number.POSITIVE_INFINITY) <= (before.maxAge ?? Number.POSITIVE_INFINITY);
  const browser = before.persistent !== false || now.persistent === false;
  if (!limits || !browser) return false;
  if (strict.outcome === 'step_up' && mild.outcome === 'step_up') {
    const asked = texts(strict.unmet);
    return [...texts(mild.unmet)].every((one) => asked.has(one));
  }
  return STRICTNESS.indexOf(strict.outcome) >= STRICTNESS.indexOf(mild.outcome);
}
