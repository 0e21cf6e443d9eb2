import { parse } from 'yaml';
import {
  type Decision,
  type Evidence,
  evaluate,
  type Policy,
  parsePolicies,
  type Signals,
  type TestTrace,
} from '../../src/policy/index.ts';

/** When policies are evaluated in tests: a Friday, 14:30 UTC. Seconds since the epoch. */
export const NOW = 1_780_065_000;

/** Policies from YAML text, as an operator writes them. */
export function policiesOf(text: string): Policy[] {
  const parsed = parsePolicies(parse(text));
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.policies;
}

export function problemsOf(text: string): string[] {
  const parsed = parsePolicies(parse(text));
  return parsed.ok ? [] : parsed.problems;
}

const base = { amr: [], phishingResistant: false, at: NOW };
export const password: Evidence = { ...base, by: 'password', kinds: ['knowledge'], amr: ['pwd'] };
export const totp: Evidence = { ...base, by: 'totp', kinds: ['possession'], amr: ['otp'] };
export const emailCode: Evidence = { ...base, by: 'email-code', kinds: ['assertion'], amr: ['otp'] };
export const recoveryCode: Evidence = { ...base, by: 'recovery-code', kinds: ['possession'], amr: ['otp'] };
/** A passkey with user verification. */
export const passkey: Evidence = {
  ...base,
  by: 'webauthn',
  kinds: ['possession', 'inherence'],
  amr: ['hwk', 'user'],
  phishingResistant: true,
};
export const trustedDevice: Evidence = { ...base, by: 'trusted_device', kinds: [] };

/** The same proof, some seconds ago. */
export const ago = (seconds: number, evidence: Evidence): Evidence => ({ ...evidence, at: NOW - seconds });

/** Somebody who signs in to an app with a password, and of whom little more is known. */
export function signalsWith(changes: Partial<Signals> = {}): Signals {
  return {
    action: 'sign_in',
    at: NOW,
    user: { id: 'ada', disabled: false },
    client: { id: 'app', tags: [] },
    evidence: [password],
    requestedAcr: [],
    requiredAcr: [],
    reachable: [totp, passkey],
    ...changes,
  };
}

/** What becomes of one enforced policy without condition that says `then`. */
export function decideThen(then: string, changes: Partial<Signals> = {}): Decision {
  return evaluate(policiesOf(`[{ name: it, mode: enforce, then: ${then} }]`), signalsWith(changes));
}

/** How one condition is judged: its own part of the trace. */
export function judged(condition: string, changes: Partial<Signals> = {}): TestTrace {
  const policies = policiesOf(`[{ name: it, mode: enforce, if: ${condition}, then: { block: true } }]`);
  const [trace] = evaluate(policies, signalsWith(changes)).trace.find(({ policy }) => policy === 'it')?.tests ?? [];
  if (!trace) throw new Error('the condition left no trace');
  return trace;
}
