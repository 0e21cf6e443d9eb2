import { type ChangeContact, maskEmail, parseEmail, type User } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import { type Deliver, type MailedCodes, shownCode, tidyCode } from '../verifiers/index.ts';
import { refused, type Task, type TaskContext, type TaskPage } from './task.ts';

export interface ChangeEmailNeeds {
  codes: MailedCodes;
  findUserByEmail: (email: string) => Promise<User | undefined>;
  /** The code, or, where somebody has the address, word of that: whoever reads it knows, and nobody else does. */
  mailNewAddress: (email: string, isTaken: boolean, context: TaskContext) => Deliver;
  changeEmail: ChangeContact['changeEmail'];
}

const NAME = 'change-email';

/** Another address, proven by a code before it counts. Whether somebody has it already is told to its mailbox alone. */
export function changeEmailTask({ codes, findUserByEmail, mailNewAddress, changeEmail }: ChangeEmailNeeds): Task {
  const ask: TaskPage = { view: 'tasks/change-email', show: {}, remember: {} };

  async function send(context: TaskContext, email: string): Promise<TaskPage> {
    const owner = await findUserByEmail(email);
    const isTaken = owner !== undefined && owner.id !== context.user.id;
    const subject = `${context.user.id}:${NAME}`;
    const sent = await codes.send('verify_email', subject, mailNewAddress(email, isTaken, context));
    const remember: JsonObject = { email, codeId: sent.id, isTaken };
    return { view: 'tasks/verify-email', show: shownCode(maskEmail(email), sent), remember };
  }

  return {
    name: NAME,
    chosen: true,
    due: async () => false,
    sendsTo(_context, form, { email } = {}) {
      if (form === undefined) return undefined;
      if (email === undefined) return parseEmail(form.email ?? '');
      return form.resend === undefined ? undefined : String(email);
    },
    guessesAt: (_context, { code }, { email }) => (code && email !== undefined ? String(email) : undefined),
    begin: async () => ask,

    async complete(context, form, { email, codeId, isTaken }) {
      if (email === undefined) {
        const typed = parseEmail(form.email ?? '');
        if (!typed) return refused('email', (form.email ?? '').trim() === '' ? 'required' : 'email_invalid');
        if (typed === context.user.email) return refused('email', 'email_same');
        return { ok: 'more', page: await send(context, typed) };
      }
      if (form.resend !== undefined) return { ok: 'more', page: await send(context, String(email)) };
      if ((form.code ?? '').trim() === '') return refused('code', 'required');
      const verdict = await codes.check('verify_email', String(codeId), tidyCode(form.code ?? ''));
      if (!verdict.ok) return refused('code', verdict.reason);
      if (isTaken) return refused('code', 'code_wrong');
      const outcome = await changeEmail(context.user, String(email), context);
      return outcome === 'changed' ? { ok: true } : refused('email', 'unavailable', ask);
    },
  };
}
