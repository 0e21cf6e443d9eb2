import type { ClientDemands, Form, User } from '../accounts/index.ts';
import type { Task, TaskContext } from '../tasks/index.ts';
import { cleared, tooMany, typed } from './ask-method.ts';
import type { Limits } from './limits.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

export interface AskTask {
  /** Names of what this person still owes this app, in order. */
  due(user: User, client: ClientDemands): Promise<string[]>;
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
      const sending = await limits.beforeSending(`task:${user.id}`);
      if (!sending.ok) return tooMany(state, sending.retryAfter);
      return {
        ...cleared(state),
        pending: { kind: 'task', name, ...(await find(name).begin(contextOf(visit, user))) },
      };
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
