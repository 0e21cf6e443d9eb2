import type { ClientDemands, FieldErrors, Form, User } from '../accounts/index.ts';
import type { EpochSeconds, JsonObject } from '../base/index.ts';
import type { Requirement } from '../policy/index.ts';

/** The circumstances under which somebody is asked; like a method's, and the user is known. */
export interface TaskContext {
  client: ClientDemands;
  user: User;
  lang: string;
  ip: string;
  userAgent: string;
  signInId: string;
  /** What policy misses at this moment. */
  unmet: readonly Requirement[];
}

export interface TaskPage {
  view: string;
  show: JsonObject;
  remember: JsonObject;
}

export type TaskOutcome =
  /** `nothingBefore`: what was proven earlier is void since the task; in this sign-in it was the task's own doing. */
  | { ok: true; nothingBefore?: EpochSeconds }
  | { ok: 'more'; page: TaskPage }
  | { ok: false; reason: string; errors: FieldErrors; page?: TaskPage };

/**
 * Something a known person has to do before going on that proves nothing about them. Its result is a fact about the
 * user, read again by whoever needs it.
 */
export interface Task {
  name: string;
  /** The policy requirements that doing it meets. */
  meets?(requirement: Requirement): boolean;
  /** False where this installation cannot do it: no way to send a message. */
  available?(): boolean;
  /** People may do it by their own choice, where nothing asks for it: from the account pages. */
  chosen?: boolean;
  /** Whether the app demands it of this person, whatever policy says. */
  due(user: User, client: ClientDemands): Promise<boolean>;
  /** Where a message goes next (limits count by it): when it begins, or with this answer. */
  sendsTo(context: TaskContext, form?: Form, remembered?: JsonObject): string | undefined;
  /** The address or number whose code this answer may be a guess at: wrong ones are counted for it, whoever guesses. */
  guessesAt?(context: TaskContext, form: Form, remembered: JsonObject): string | undefined;
  begin(context: TaskContext): Promise<TaskPage>;
  complete(context: TaskContext, form: Form, remembered: JsonObject): Promise<TaskOutcome>;
}

/** @param page where the question changes with it */
export function refused(field: string, reason: string, page?: TaskPage): TaskOutcome {
  return { ok: false, reason, errors: { [field]: reason }, ...(page ? { page } : {}) };
}
