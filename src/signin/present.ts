import type { SignInMethod } from '../methods/index.ts';
import type { NextStep } from './next.ts';
import type { SignInState } from './state.ts';
import type { Outcome, Step, Visit } from './step.ts';

export interface PresentNeeds {
  methods: readonly SignInMethod[];
  endOf: (state: SignInState, visit: Visit, userId: string) => Promise<Outcome>;
}

/** The step as what a page, or a JSON answer, shows of it. */
export async function present(step: NextStep, state: SignInState, visit: Visit, needs: PresentNeeds): Promise<Outcome> {
  if (step.step === 'done' && state.userId !== undefined) return needs.endOf(state, visit, state.userId);
  if (step.step === 'denied' && step.reason === 'unreachable') return { kind: 'unreachable' };
  return { kind: 'step', step: stepOf(step, state, visit, needs.methods) };
}

function stepOf(next: NextStep, state: SignInState, visit: Visit, methods: readonly SignInMethod[]): Step {
  const pending = next.step === 'show' ? next.pending : undefined;
  const offered = methods.filter((method) => method.offered(visit.client));
  const choosable =
    pending?.kind === 'method' && offered.some((method) => method.choosable && method.name === pending.name);
  return {
    view: pending?.view ?? viewOf(next, state),
    show: pending?.show ?? {},
    identifier: state.identifier,
    errors: state.errors ?? {},
    retryAfter: state.retryAfter,
    values: state.values ?? {},
    // Another way makes sense only for somebody who has said who they are, on a page that asks for the proof.
    alternatives: choosable
      ? offered.filter((one) => one.choosable && one.name !== pending?.name).map((one) => one.name)
      : [],
    canRegister: offered.some((method) => method.name === 'register'),
    canRecover: offered.some((method) => method.name === 'recover'),
  };
}

function viewOf(next: NextStep, state: SignInState): string {
  if (next.step === 'denied') return 'denied';
  return state.selecting ? 'sign-in/select-account' : 'sign-in/identify';
}
