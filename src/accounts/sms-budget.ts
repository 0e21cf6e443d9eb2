import type { Recorder } from '../audit/index.ts';
import { newId } from '../base/index.ts';
import type { SmsLimits, Store } from '../store/index.ts';
import type { PhoneNumber } from './phone-number.ts';

/** What an operator pays for, kept in bounds: who attacks with text messages earns by them. */
export interface SmsBudget {
  /** Counts one message; `id` is for {@link SmsBudget.used}. An expected no is a language key. */
  reserve(
    phone: PhoneNumber,
    about: { userId: string; ip: string },
  ): Promise<{ ok: true; id: string } | { ok: false; reason: 'sms_country' | 'sms_unavailable' }>;
  /** Its code was entered: the more of them are, the less it looks like an attack. */
  used(id: string): Promise<void>;
}

export interface SmsBudgetNeeds {
  sends: Store['smsSends'];
  recorder: Recorder;
  settings: () => { countries: readonly string[]; limits: SmsLimits };
}

export function createSmsBudget({ sends, recorder, settings }: SmsBudgetNeeds): SmsBudget {
  return {
    async reserve(phone, { userId, ip }) {
      const { countries, limits } = settings();
      if (!countries.includes(phone.country)) return { ok: false, reason: 'sms_country' };
      const id = newId();
      const { number, country, prefix } = phone;
      const refusal = await sends.reserve({ id, phone: number, country, prefix, userId, ip }, limits);
      if (refusal === undefined) return { ok: true, id };
      await recorder.record({ type: 'sms.refused', userId, ip, data: { country, prefix, reason: refusal } });
      return { ok: false, reason: 'sms_unavailable' };
    },
    used: sends.used,
  };
}
