import type { JsonObject } from '../base/index.ts';
import type { SignInMethod } from '../methods/index.ts';
import type { Decision } from '../policy/index.ts';
import type { NextStep, Offers } from './next.ts';
import type { Pending, SignInState } from './state.ts';
import type { Step, Visit } from './step.ts';

/** Where somebody stands: what comes next, and what could come in its place. */
export interface Standing {
  next: NextStep;
  offers: Offers;
  decision: Decision | undefined;
}

const DAY = 24 * 3600;

/** The step as what a page, or a JSON answer, shows of it. */
export function present(
  { next, offers, decision }: Standing,
  state: SignInState,
  visit: Visit,
  methods: readonly SignInMethod[],
): Step {
  const pending = next.step === 'show' ? next.pending : undefined;
  const offered = methods.filter((method) => method.offered(visit.client));
  const trust = pending?.kind === 'factor' ? decision?.session.trustDevice : undefined;
  return {
    ...shown(next, state, offered, visit),
    identifier: state.identifier,
    errors: state.errors ?? {},
    retryAfter: state.retryAfter,
    values: state.values ?? {},
    choices: choicesFor(next, state, visit, offered),
    alternatives: alternativesTo(pending ?? aboutToBegin(next), offers, offered),
    trustDays: trust === undefined ? undefined : Math.max(1, Math.floor(trust / DAY)),
    botCheck: state.botCheck === true,
    canIdentify: offered.some(
      ({ choosable, choices }) => choosable || choices?.(visit.client).some(({ hasDomains }) => hasDomains) === true,
    ),
    canRegister: offered.some((method) => method.name === 'register'),
    canRecover: offered.some((method) => method.name === 'recover'),
  };
}

/** Providers, while it is not known who it is; not for somebody who has just come by one. */
function choicesFor(next: NextStep, state: SignInState, { client }: Visit, offered: readonly SignInMethod[]) {
  const asked = next.step === 'show' ? next.pending.name : undefined;
  const chooses = next.step === 'identify' || offered.some(({ name, choosable }) => name === asked && choosable);
  if (state.userId !== undefined || !chooses) return [];
  const came = state.linking?.identity.provider;
  return offered.flatMap(({ name, choices }) =>
    (choices?.(client) ?? []).filter(({ choice }) => choice !== came).map((one) => ({ method: name, ...one })),
  );
}

/** What would be sent once the person says so. */
function aboutToBegin(next: NextStep): Asked | undefined {
  if (next.step === 'challenge') return { kind: 'factor', name: next.factor };
  return next.step === 'task' ? { kind: 'task', name: next.name } : undefined;
}

type Asked = Pick<Pending, 'kind' | 'name'>;

/** Another way makes sense only where it would help: for somebody who has said who they are, or of whom more is asked. */
function alternativesTo(asked: Asked | undefined, offers: Offers, offered: readonly SignInMethod[]): string[] {
  if (!asked) return [];
  const { kind, name } = asked;
  if (kind === 'method') {
    const choosable = offered.filter((method) => method.choosable).map((method) => method.name);
    return choosable.includes(name) ? choosable.filter((one) => one !== name) : [];
  }
  const ways =
    kind === 'factor' ? [...offers.factors, ...offers.insteadTasks] : [...offers.enrollments, ...offers.insteadTasks];
  return kind === 'task' && !offers.insteadTasks.includes(name) ? [] : ways.filter((one) => one !== name);
}

function shown(
  next: NextStep,
  state: SignInState,
  offered: readonly SignInMethod[],
  { client }: Visit,
): Pick<Step, 'view' | 'show'> {
  switch (next.step) {
    case 'show':
      return { view: next.pending.view, show: next.pending.show };
    case 'enroll':
      return { view: 'enroll/choose', show: { ways: [...next.factors, ...next.tasks] } };
    case 'challenge':
      return { view: 'factors/ready', show: { method: next.factor } };
    case 'task':
      return { view: 'factors/ready', show: { method: next.name } };
    case 'purpose': {
      // Only an account elsewhere has a page before it begins, for those who came back without it.
      const choices = offered.flatMap((method) => method.choices?.(client) ?? []);
      const provider = choices.find(({ choice }) => 'name' in next.purpose && choice === next.purpose.name);
      return { view: 'enroll/link', show: provider ? { provider: provider.label } : {} };
    }
    case 'link': {
      const { providerName: provider, email } = state.linking?.identity ?? {};
      return { view: 'enroll/confirm-link', show: { ...(provider && { provider }), ...(email && { email }) } };
    }
    case 'denied':
      return { view: 'denied', show: { reference: state.kept?.reference ?? '' } };
    case 'stuck':
      return { view: 'stuck', show: { reference: state.kept?.reference ?? '' } };
    default:
      return { view: state.selecting ? 'sign-in/select-account' : 'sign-in/identify', show: linkingOf(state) };
  }
}

/** By which provider they came, where an account is there already. */
function linkingOf({ linking }: SignInState): JsonObject {
  return linking ? { linking: linking.identity.providerName } : {};
}
