import type { ClientDemands, Form, User } from '../accounts/index.ts';
import { AppError } from '../base/index.ts';
import type { Task, TaskContext } from '../tasks/index.ts';
import { cleared, tooMany, typed } from './ask-method.ts';
import type { Limits, Passed } from './limits.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

export interface AskTask {
  /** Names of what this person still owes this app, in order. */
  due(user: User, client: ClientDemands): Promise<string[]>;
  /** @throws AppError `too_many_tries` when it would send and too much was sent. */
  begin(name: string, state: SignInState, visit: Visit, user: User): Promise<SignInState>;
  answer(state: SignInState, visit: Visit, user: User, form: Form): Promise<SignInState>;
}

export function createAskTask({ tasks, limits }: { tasks: readonly Task[]; limits: Limits }): AskTask {
  const contextOf = ({ client, lang, ip, userAgent, uid }: Visit, user: User): TaskContext => ({
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

    async begin(name, state, visit, user) {
      const task = find(name);
      const sending: Passed = task.sends ? await limits.beforeSending(`task:${user.id}`) : { ok: true };
      // There is no page to show for what could not begin: the step before stays, and can be taken again later.
      if (!sending.ok) {
        const { retryAfter } = sending;
        throw new AppError('too_many_tries', 429, `too many messages for the task ${name}`, { retryAfter });
      }
      return { ...cleared(state), pending: { kind: 'task', name, ...(await task.begin(contextOf(visit, user))) } };
    },

    async answer(state, visit, user, form) {
      const { pending } = state;
      if (!pending) return state;
      if (form.resend !== undefined) {
        const sending = await limits.beforeSending(`task:${user.id}`);
        if (!sending.ok) return tooMany(state, sending.retryAfter);
      }
      const outcome = await find(pending.name).complete(contextOf(visit, user), form, pending.remember);
      if (outcome.ok === 'more') return { ...cleared(state), pending: { ...pending, ...outcome.page } };
      if (!outcome.ok) return { ...cleared(state), errors: outcome.errors, values: typed(form) };
      const { pending: _done, ...rest } = cleared(state);
      return rest;
    },
  };
}
