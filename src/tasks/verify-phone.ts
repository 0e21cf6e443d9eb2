import { type ChangeOrigin, parsePhone, type User } from '../accounts/index.ts';
import type { Deliver, TextedCodes } from '../verifiers/index.ts';
import { refused, type Task, type TaskContext } from './task.ts';

export interface VerifyPhoneNeeds {
  textedCodes: TextedCodes;
  textVerification: (phone: string, context: TaskContext) => Deliver;
  /** Undefined where no text messages can be sent. */
  smsHome: () => { defaultCountry?: string | undefined } | undefined;
  /** Keeps the number as the person's, proven. */
  changePhone: (user: User, phone: string, origin: ChangeOrigin) => Promise<unknown>;
}

/** The person's telephone number, proven by a code. It is a fact about them afterwards, no proof of who they are. */
export function verifyPhoneTask({ textedCodes, textVerification, smsHome, changePhone }: VerifyPhoneNeeds): Task {
  return {
    name: 'verify-phone',
    chosen: true,
    meets: (requirement) => requirement.require === 'verified_phone',
    available: () => smsHome() !== undefined,
    due: async () => false,
    sendsTo: ({ user }, form, remembered) =>
      form !== undefined && (form.resend !== undefined || remembered?.phone === undefined)
        ? `sms:${user.id}`
        : undefined,
    guessesAt: (_context, { code }, { phone }) => (code && phone !== undefined ? String(phone) : undefined),
    begin: async ({ user }) => ({
      view: 'tasks/verify-phone',
      show: { ...(user.phone === undefined ? {} : { phone_number: user.phone }) },
      remember: {},
    }),

    async complete(context, form, remembered) {
      const { user, signInId, ip } = context;
      const { phone } = remembered;
      if (phone !== undefined && form.resend === undefined) {
        const wrong = await textedCodes.check('verify_phone', remembered, form.code ?? '');
        if (wrong) return refused('code', wrong);
        await changePhone(user, String(phone), context);
        return { ok: true };
      }
      const text = phone === undefined ? (form.phone_number ?? '') : String(phone);
      if (text.trim() === '') return refused('phone_number', 'required');
      const number = parsePhone(text, smsHome()?.defaultCountry);
      if (!number) return refused('phone_number', 'phone_invalid');
      const about = { userId: user.id, signInId, ip };
      const sent = await textedCodes.send('verify_phone', number, about, textVerification(number.number, context));
      if (!sent.ok) return refused(phone === undefined ? 'phone_number' : '', sent.reason);
      return { ok: 'more', page: { view: 'tasks/verify-phone-code', show: sent.show, remember: sent.remember } };
    },
  };
}
