import type { JsonObject } from '../base/index.ts';
import type { Deliver, MailedCodes } from './mailed-code.ts';
import { tidyCode } from './tidy-code.ts';

/** A number, with what budgets count it by. */
export interface TextedNumber {
  /** E.164 */
  number: string;
  country: string;
  prefix: string;
}

export interface TextedCodes {
  /** Sends a code, if the budget allows one. What is remembered binds it to person, sign-in, purpose and number. */
  send(
    purpose: 'sms' | 'verify_phone',
    to: TextedNumber,
    about: { userId: string; signInId: string; ip: string },
    deliver: Deliver,
  ): Promise<{ ok: true; show: JsonObject; remember: JsonObject } | { ok: false; reason: string }>;
  /** Why a code is not the one that was sent, as a language key; undefined when it is. */
  check(purpose: 'sms' | 'verify_phone', remembered: JsonObject, code: string): Promise<string | undefined>;
}

export interface TextedCodesNeeds {
  codes: MailedCodes;
  budget: {
    reserve(
      to: TextedNumber,
      about: { userId: string; ip: string },
    ): Promise<{ ok: true; id: string } | { ok: false; reason: string }>;
    used(id: string): Promise<void>;
  };
}

/** One-time codes by text message (NIST SP 800-63B-4 section 3.1.3.3). */
export function createTextedCodes({ codes, budget }: TextedCodesNeeds): TextedCodes {
  return {
    async send(purpose, to, { userId, signInId, ip }, deliver) {
      const reserved = await budget.reserve(to, { userId, ip });
      if (!reserved.ok) return reserved;
      const sent = await codes.send(purpose, `${userId}:${signInId}:${to.number}`, deliver);
      const minutes = Math.round((sent.expiresAt - sent.sentAt) / 60);
      return {
        ok: true,
        show: { sent_to: masked(to.number), expires_in_minutes: minutes, resend_at: sent.resendAt },
        remember: { phone: to.number, codeId: sent.id, sendId: reserved.id },
      };
    },

    async check(purpose, { codeId, sendId }, code) {
      if (code.trim() === '') return 'required';
      const verdict = await codes.check(purpose, String(codeId), tidyCode(code));
      if (!verdict.ok) return verdict.reason;
      await budget.used(String(sendId));
      return undefined;
    },
  };
}

/** Enough of a number to recognise one's own. */
function masked(number: string): string {
  return `${number.slice(0, 3)} ··· ··${number.slice(-2)}`;
}
