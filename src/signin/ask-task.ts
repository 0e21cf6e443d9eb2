import { counts } from '../access/index.ts';
import type { ClientDemands, Form, User } from '../accounts/index.ts';
import { isProof, type Requirement } from '../policy/index.ts';
import type { Task, TaskContext } from '../tasks/index.ts';
import { cleared, notSent, tooMany, typed } from './ask-method.ts';
import type { Limits } from './limits.ts';
import type { Sending } from './sending.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

/** Of whom it is asked, and what policy misses of them. */
export interface Asked {
  user: User;
  unmet: readonly Requirement[];
}

export interface AskTask {
  /** Names of what this person still owes this app, in order. */
  due(user: User, client: ClientDemands): Promise<string[]>;
  /** Whether beginning it sends something. */
  sends(name: string, visit: Visit, person: Asked): boolean;
  /** @throws AppError `too_many_tries` when it would send and too much was sent. */
  begin(name: string, state: SignInState, visit: Visit, person: Asked): Promise<SignInState>;
  answer(state: SignInState, visit: Visit, person: Asked, form: Form): Promise<SignInState>;
}

export interface AskTaskNeeds {
  tasks: readonly Task[];
  sending: Sending;
  limits: Limits;
}

export function createAskTask({ tasks, sending, limits }: AskTaskNeeds): AskTask {
  const contextOf = ({ client, lang, ip, userAgent, uid }: Visit, { user, unmet }: Asked): TaskContext => ({
    unmet,
    client,
    user,
    lang,
    ip,
    userAgent,
    signInId: uid,
  });

  function find(name: string): Task {
    const task = tasks.find((one) => one.name === name);
    if (!task) throw new Error(`there is no task ${name}`);
    return task;
  }

  return {
    async due(user, client) {
      const due = await Promise.all(tasks.map((task) => task.due(user, client)));
      return tasks.filter((_task, index) => due[index]).map((task) => task.name);
    },

    sends: (name, visit, person) => find(name).sendsTo(contextOf(visit, person)) !== undefined,

    async begin(name, state, visit, person) {
      const task = find(name);
      const context = contextOf(visit, person);
      const address = task.sendsTo(context);
      // There is no page to show for what could not begin: the step before stays, and can be taken again later.
      const may = address === undefined ? undefined : await sending.beforeAsking(`task:${address}`, name, visit);
      if (may?.ok === false) return notSent(state, may, {});
      return { ...cleared(state), pending: { kind: 'task', name, ...(await task.begin(context)) } };
    },

    async answer(state, visit, person, form) {
      const { pending } = state;
      if (!pending) return state;
      const task = find(pending.name);
      const context = contextOf(visit, person);
      const address = task.sendsTo(context, form, pending.remember);
      const may = address === undefined ? undefined : await sending.before(`task:${address}`, visit);
      if (may?.ok === false) return notSent(state, may, form);
      const guessed = address === undefined ? task.guessesAt?.(context, form, pending.remember) : undefined;
      const guess = guessed === undefined ? undefined : { method: task.name, address: guessed, device: undefined };
      const passed = guess ? await limits.beforeGuess(guess) : { ok: true as const };
      if (!passed.ok) return tooMany(state, passed.retryAfter);
      const outcome = await task.complete(context, form, pending.remember);
      if (guess && outcome.ok !== false) await limits.rightGuess(guess);
      if (outcome.ok === 'more') return { ...cleared(state), pending: { ...pending, ...outcome.page } };
      if (!outcome.ok) {
        const shown = { ...pending, ...outcome.page };
        return { ...cleared(state), pending: shown, errors: outcome.errors, values: typed(form) };
      }
      const { pending: _done, ...rest } = cleared(state);
      return outcome.nothingBefore === undefined ? rest : renewed(rest, person.user, outcome.nothingBefore);
    },
  };
}

/** Seconds; as long as an interaction. */
const LONGEST_SIGN_IN = 3600;

/**
 * The task itself has voided what was proven before it; the person who did it is the one who had proven it, and it is as
 * old as it was. A session that this went on from has ended.
 */
function renewed({ continuing: _ended, ...state }: SignInState, before: User, nothingBefore: number): SignInState {
  const evidence = state.evidence
    // The trust in a browser ended with the password, and what is older than any sign-in was not proven in this one.
    .filter((one) => isProof(one) && counts(one, before) && nothingBefore - one.at <= LONGEST_SIGN_IN)
    .map((one) => ({ ...one, countsFrom: nothingBefore }));
  return { ...state, evidence, endedSessions: true };
}
