import type { ResetPassword } from '../accounts/index.ts';
import type { Hasher } from '../verifiers/index.ts';
import { refused, type Task } from './task.ts';

export interface ChangePasswordNeeds {
  /** Why a password is not good enough, as a language key. */
  checkPassword: (password: string, about: readonly string[]) => Promise<string | undefined>;
  /** The hash of the password somebody has, if they have one. */
  passwordOf: (userId: string) => Promise<string | undefined>;
  minPasswordLength: () => number;
  hasher: Pick<Hasher, 'hash' | 'verify'>;
  resetPassword: ResetPassword;
}

/** Another password, where policy wants one: an old one that leaked is no use to anybody afterwards. */
export function changePasswordTask(needs: ChangePasswordNeeds): Task {
  const { checkPassword, passwordOf, minPasswordLength, hasher, resetPassword } = needs;
  const page = (wanted: boolean) => ({
    view: 'tasks/change-password',
    show: { min_length: minPasswordLength(), wanted },
    remember: {},
  });

  return {
    name: 'change-password',
    chosen: true,
    meets: (requirement) => requirement.require === 'password_change',
    due: async () => false,
    sendsTo: () => undefined,
    begin: async ({ unmet }) => page(unmet.some((one) => one.require === 'password_change')),
    async complete(context, { new_password: password = '' }) {
      const { user, client } = context;
      const problem = await checkPassword(password, [user.email ?? '', client.name]);
      if (problem) return refused('new_password', problem);
      const old = await passwordOf(user.id);
      if (old !== undefined && (await hasher.verify(password, old)).ok) return refused('new_password', 'password_same');
      const { nothingBefore } = await resetPassword(user, await hasher.hash(password), 'user', context);
      return { ok: true, nothingBefore };
    },
  };
}
