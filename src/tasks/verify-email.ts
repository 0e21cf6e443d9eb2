import { maskEmail } from '../accounts/index.ts';
import type { Deliver, MailedCodes } from '../verifiers/index.ts';
import type { Task, TaskContext, TaskPage } from './task.ts';

export interface VerifyEmailNeeds {
  codes: MailedCodes;
  mailVerification: (context: TaskContext) => Deliver;
  markEmailVerified: (userId: string) => Promise<unknown>;
}

/** An address that somebody else wrote down (an import, an administrator) is proven before the account is used. */
export function verifyEmailTask({ codes, mailVerification, markEmailVerified }: VerifyEmailNeeds): Task {
  async function send(context: TaskContext): Promise<TaskPage> {
    const sent = await codes.send('verify_email', context.user.id, mailVerification(context));
    const minutes = Math.round((sent.expiresAt - sent.sentAt) / 60);
    return {
      view: 'tasks/verify-email',
      show: { sent_to: maskEmail(context.user.email ?? ''), expires_in_minutes: minutes, resend_at: sent.resendAt },
      remember: { codeId: sent.id },
    };
  }

  return {
    name: 'verify-email',
    meets: (requirement) => requirement.require === 'verified_email',
    sendsTo: ({ user }, form) => (form === undefined || form.resend !== undefined ? user.id : undefined),
    due: async ({ email, emailVerified }) => email !== undefined && !emailVerified,
    guessesAt: ({ user }, { code }) => (code ? user.email : undefined),
    begin: send,
    async complete(context, { code = '', resend }, { codeId }) {
      if (resend !== undefined) return { ok: 'more', page: await send(context) };
      if (code.trim() === '') return { ok: false, reason: 'required', errors: { code: 'required' } };
      const verdict = await codes.check('verify_email', String(codeId), code.replace(/[\s-]/g, ''));
      if (!verdict.ok) return { ok: false, reason: verdict.reason, errors: { code: verdict.reason } };
      await markEmailVerified(context.user.id);
      return { ok: true };
    },
  };
}
