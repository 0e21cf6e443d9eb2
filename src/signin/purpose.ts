import type { Action } from '../policy/index.ts';

/** What the account pages send somebody here to do: what asks a person something is a step of a sign-in, like any other. */
export type Purpose =
  /** They show once more that it is them, as well as they can. */
  | { kind: 'proof' }
  /** They add a factor. */
  | { kind: 'enrollment'; name: string }
  /** They do a task. */
  | { kind: 'task'; name: string }
  /** They add an account elsewhere. @param name the provider */
  | { kind: 'link'; name: string };

/** Undefined for what is none. @param text `account_change`, `enroll:<factor>`, `task:<task>` or `link:<provider>` */
export function parsePurpose(text: string): Purpose | undefined {
  if (text === 'account_change') return { kind: 'proof' };
  const [what, name = ''] = text.split(':', 2);
  const kind = { enroll: 'enrollment', task: 'task', link: 'link' }[what ?? ''] as 'enrollment' | 'task' | 'link';
  return kind && name !== '' ? { kind, name } : undefined;
}

/** What policy is asked about it. */
export function actionOf({ kind }: Purpose): Action {
  return kind === 'enrollment' || kind === 'link' ? 'register_factor' : 'account_change';
}

/** The method that signs people in with an account at another provider. */
export const FEDERATED = 'federated';

/** The provider whose account they were sent here to add. */
export function linkedProvider({ purpose = '' }: { purpose: string | undefined }): string | undefined {
  const parsed = parsePurpose(purpose);
  return parsed?.kind === 'link' ? parsed.name : undefined;
}
