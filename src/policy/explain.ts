import type { Decision, PolicyTrace, RequirementTrace, TestTrace } from './decision.ts';
import { describeRequirement } from './describe-requirement.ts';
import { sayDuration } from './duration.ts';
import { type Evidence, isProof } from './evidence.ts';
import type { Signals } from './signals.ts';

/**
 * A decision in sentences for operators: what was asked, what came of it, and what each policy had to say; those that
 * did not apply come last.
 *
 * @param signals those that it was decided with
 */
export function explain(decision: Decision, signals: Signals): string[] {
  const written = decision.trace.filter(({ mode }) => mode !== 'built_in');
  const builtIn = decision.trace.filter((one) => one.mode === 'built_in' && matters(one));
  const applied = [...builtIn, ...written.filter((one) => one.applied)];
  return [
    sayQuestion(signals),
    sayOutcome(decision),
    ...applied.map(sayApplied),
    ...written.filter((one) => !one.applied).map(sayNotApplied),
    ...saySession(decision),
  ];
}

/** Rules of the house are worth a sentence only where they asked for something. */
function matters({ applied, block, requirements }: PolicyTrace): boolean {
  return applied && (block || requirements.some(({ met }) => !met));
}

function sayQuestion({ action, at, user, client, evidence }: Signals): string {
  const say = (all: readonly Evidence[]) => all.map((one) => `${one.by} ${sayAge(at - one.at)}`).join(', ');
  const [proofs, trusts] = [evidence.filter(isProof), evidence.filter((one) => !isProof(one))];
  const proven = `proven: ${say(proofs) || 'nothing'}${trusts.length > 0 ? `; ${say(trusts)}` : ''}`;
  const to = client ? ` to ${client.id}` : '';
  return `${action} of ${user?.id ?? 'nobody known'}${to} ${sayMoment(at)}; ${proven}.`;
}

function sayMoment(at: number): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'short' });
  return `on ${format.format(at * 1000)} UTC`;
}

function sayAge(seconds: number): string {
  if (seconds < 60) return 'just now';
  const unit = [86_400, 3600, 60].find((size) => seconds >= size) ?? 60;
  return `${sayDuration(seconds - (seconds % unit))} before`;
}

function sayOutcome(decision: Decision): string {
  if (decision.outcome === 'allow') return 'Allowed.';
  if (decision.outcome === 'step_up') return `More is needed: ${decision.unmet.map(describeRequirement).join('; ')}.`;
  if (decision.reason === 'unreachable') return 'Denied: what the app insists on cannot be reached here.';
  return `Denied by ${decision.by.map(quote).join(', ')}.`;
}

function sayApplied(trace: PolicyTrace): string {
  const { policy, mode, verdict, tests, block, requirements } = trace;
  const because = tests.flatMap((one) => (one.verdict === verdict ? reasons(one) : []));
  const why = because.length === 0 ? 'applies to everybody' : `applied because ${because.join(', and ')}`;
  const unknown = verdict === 'unknown' ? ' (what is not known counts as applying)' : '';
  const asks = [...(block ? ['blocks'] : []), ...requirements.map(sayRequirement)].join('; ');
  const effect = asks === '' ? '' : mode === 'report' ? `; enforced, it would say: ${asks}` : `; ${asks}`;
  return `${quote(policy)}${mode === 'report' ? ' (report only)' : ''} ${why}${unknown}${effect}.`;
}

function sayRequirement({ requirement, met, reason }: RequirementTrace): string {
  return `${describeRequirement(requirement)}: ${met ? 'met' : 'not met'} (${reason})`;
}

function sayNotApplied({ policy, tests }: PolicyTrace): string {
  const because = tests.flatMap((one) => (one.verdict === 'no' ? reasons(one) : []));
  return `${quote(policy)} did not apply: ${because.join(', and ')}.`;
}

/** Only what settled it. */
function reasons(trace: TestTrace): string[] {
  if ('join' in trace) {
    const settling = trace.of.filter((one) => trace.join === 'not' || one.verdict === trace.verdict);
    return settling.flatMap(reasons);
  }
  const { test, expected, actual, verdict } = trace;
  if (verdict === 'unknown') return [`${test} is not known`];
  return [`${test} is ${say(actual) || 'none'}${verdict === 'yes' ? '' : ` instead of ${say(expected, ' or ')}`}`];
}

/** Values of a trace in words; what is not known is left out. */
function say(value: unknown, between = ', '): string {
  if (Array.isArray(value)) return value.map((one) => say(one)).join(between);
  if (typeof value !== 'object') return String(value);
  const known = Object.entries(value ?? {}).map(([name, one]) => [name, say(one)]);
  return known.flatMap(([name, says]) => (says === '' ? [] : `${name} ${says}`)).join(' ');
}

function saySession({ session: { maxAge, persistent, trustDevice } }: Decision): string[] {
  return [
    ...(maxAge === undefined ? [] : [`Proofs count for ${sayDuration(maxAge)}.`]),
    ...(persistent === false ? ['The session ends with the browser.'] : []),
    ...(trustDevice === undefined ? [] : [`This browser may be trusted for ${sayDuration(trustDevice)}.`]),
  ];
}

const quote = (name: string): string => `"${name}"`;
