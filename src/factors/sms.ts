import { type Authenticator, parsePhone } from '../accounts/index.ts';
import { type Clock, epochSeconds, newId } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import type { Deliver, TextedCodes } from '../verifiers/index.ts';
import { type Factor, type FactorContext, type FactorRefused, refused } from './factor.ts';

export interface SmsFactorNeeds {
  textedCodes: TextedCodes;
  textSecondFactor: (phone: string, context: FactorContext) => Deliver;
  /** Undefined where no text messages can be sent. */
  smsHome: () => { defaultCountry?: string | undefined } | undefined;
  noteUse: (authenticatorId: string) => Promise<boolean>;
  clock: Clock;
}

const SMS = 'sms';
const MOST = 3;

/** A code to a telephone. The number is the one that was enrolled, or is being enrolled: never one from a form with a code. */
export function smsFactor({ textedCodes, textSecondFactor, smsHome, noteUse, clock }: SmsFactorNeeds): Factor {
  const evidence = (credential: string): Evidence => ({
    ...{ by: SMS, kinds: ['possession'], amr: ['sms', 'otp'], phishingResistant: false },
    ...{ at: epochSeconds(clock), credential },
  });

  async function send(context: FactorContext, text: string) {
    const phone = parsePhone(text, smsHome()?.defaultCountry);
    if (!phone) return { ok: false as const, reason: 'phone_invalid' };
    const { user, signInId, ip } = context;
    const about = { userId: user.id, signInId, ip };
    return textedCodes.send('sms', phone, about, textSecondFactor(phone.number, context));
  }

  const wrongCode = (reason: string): FactorRefused => refused('code', reason);

  return {
    name: SMS,
    gives: { kinds: ['possession'], phishingResistant: false },
    usable: (_user, authenticators) => smsHome() !== undefined && phonesOf(authenticators).length > 0,
    sendsTo: ({ user }, _authenticators, form) =>
      form === undefined || form.resend !== undefined ? `sms:${user.id}` : undefined,

    async begin(context, authenticators) {
      const [phone] = phonesOf(authenticators).sort((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0));
      const id = phone?.id ?? '';
      const number = String(phone?.data.phone ?? '');
      const sent = await send(context, number);
      const { show, remember } = sent.ok ? sent : { show: { problem: sent.reason }, remember: { phone: number } };
      return { view: 'factors/sms', show, remember: { ...remember, id } };
    },

    async complete(context, { code = '', resend }, remembered) {
      const { id, phone } = remembered;
      if (resend !== undefined) {
        const sent = await send(context, String(phone));
        if (!sent.ok) return refused('', sent.reason);
        return {
          ok: 'more',
          page: { view: 'factors/sms', show: sent.show, remember: { ...sent.remember, id: id ?? '' } },
        };
      }
      const wrong = await textedCodes.check('sms', remembered, code);
      if (wrong) return wrongCode(wrong);
      // Taken away while its code was on the way, it is nobody's any more.
      if (!(await noteUse(String(id)))) return refused('code', 'code_wrong');
      return { ok: true, evidence: evidence(String(id)) };
    },

    enrollment: {
      offered: (_user, authenticators) => smsHome() !== undefined && phonesOf(authenticators).length < MOST,
      sendsTo: ({ user }, form, remembered) =>
        form !== undefined && (form.resend !== undefined || remembered?.phone === undefined)
          ? `sms:${user.id}`
          : undefined,
      begin: async (_context, authenticators) => ({
        view: 'enroll/sms',
        show: {},
        remember: { id: newId(), known: phonesOf(authenticators).map(({ data }) => String(data.phone)) },
      }),

      async complete(context, form, remembered) {
        const { id, known, phone } = remembered;
        if (phone !== undefined && form.resend === undefined) {
          const wrong = await textedCodes.check('sms', remembered, form.code ?? '');
          if (wrong) return wrongCode(wrong);
          return { ok: true, evidence: [evidence(String(id))], authenticator: { id: String(id), data: { phone } } };
        }
        const text = phone === undefined ? (form.phone_number ?? '') : String(phone);
        if (text.trim() === '') return refused('phone_number', 'required');
        const number = parsePhone(text, smsHome()?.defaultCountry)?.number;
        if (number !== undefined && (known as string[]).includes(number)) {
          return refused('phone_number', 'already_enrolled');
        }
        const sent = await send(context, text);
        if (!sent.ok) return refused(phone === undefined ? 'phone_number' : '', sent.reason);
        const remember = { ...sent.remember, id: id ?? '', known: known ?? [] };
        return { ok: 'more', page: { view: 'enroll/sms-code', show: sent.show, remember } };
      },
    },
  };
}

function phonesOf(authenticators: readonly Authenticator[]): Authenticator[] {
  return authenticators.filter((one) => one.factor === SMS);
}
