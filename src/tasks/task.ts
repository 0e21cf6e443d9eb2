import type { ClientDemands, FieldErrors, Form, User } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';

/** The circumstances under which somebody is asked; like a method's, and the user is known. */
export interface TaskContext {
  client: ClientDemands;
  user: User;
  lang: string;
  ip: string;
  userAgent: string;
  signInId: string;
}

export interface TaskPage {
  view: string;
  show: JsonObject;
  remember: JsonObject;
}

export type TaskOutcome =
  | { ok: true }
  | { ok: 'more'; page: TaskPage }
  | { ok: false; reason: string; errors: FieldErrors };

/**
 * Something a known person has to do before going on that proves nothing about them. Its result is a fact about the
 * user, read again by whoever needs it.
 */
export interface Task {
  name: string;
  /** True when beginning it sends something, which is limited. */
  sends: boolean;
  due(user: User, client: ClientDemands): Promise<boolean>;
  begin(context: TaskContext): Promise<TaskPage>;
  complete(context: TaskContext, form: Form, remembered: JsonObject): Promise<TaskOutcome>;
}
