import { type Clock, epochSeconds, newCode, newId, newSecret, type Sealing } from '../base/index.ts';
import type { Store } from '../store/index.ts';

export type CodePurpose =
  | 'verify_email'
  | 'sign_in'
  | 'reset_password'
  | 'reset_link'
  | 'second_factor'
  | 'sms'
  | 'verify_phone';

/** What a page may say about a code that was sent, and the handle that is kept for checking it. */
export interface SentCode {
  id: string;
  sentAt: number;
  /** Seconds since the epoch. */
  expiresAt: number;
  /** When another one may be asked for. */
  resendAt: number;
}

export type CodeVerdict = { ok: true } | { ok: false; reason: 'code_wrong' | 'code_expired' | 'code_too_many' };

/** What a message has to say; `link` is the last part of an address. */
export interface NewSecrets {
  code: string;
  link: string;
  minutes: number;
}

/** How they travel: called within the transaction that makes them. */
export type Deliver = (secrets: NewSecrets, within: Store) => Promise<void>;

export interface MailedCodes {
  /** @param subject what "newest only" refers to: a code for the same purpose and subject is void from now on. */
  send(purpose: CodePurpose, subject: string, deliver: Deliver): Promise<SentCode>;
  /** Whom a link is about, without using it up: undefined when it does not work (any more). */
  subjectOf(purpose: CodePurpose, id: string, secret: string): Promise<string | undefined>;
  /** Counts the try. Of any number of parallel tries with the right code one succeeds. */
  check(purpose: CodePurpose, id: string, code: string): Promise<CodeVerdict>;
}

/** What the page of such a code shows. @param sentTo as it may be seen by whoever looks */
export function shownCode(sentTo: string, { sentAt, expiresAt, resendAt }: SentCode) {
  return { sent_to: sentTo, expires_in_minutes: Math.round((expiresAt - sentAt) / 60), resend_at: resendAt };
}

export interface MailedCodesNeeds {
  store: Store;
  sealing: Sealing;
  clock: Clock;
}

/** Seconds. */
const LIFETIME: Record<CodePurpose, number> = {
  verify_email: 900,
  sign_in: 600,
  reset_password: 900,
  reset_link: 900,
  second_factor: 600,
  sms: 300,
  verify_phone: 300,
};
const RESEND_AFTER = 30;
const MAX_TRIES = 5;

/** One-time codes and links by mail (NIST SP 800-63B-4 section 3.1.3: here they prove a mailbox, not a possession). */
export function createMailedCodes({ store, sealing, clock }: MailedCodesNeeds): MailedCodes {
  const macs = (purpose: CodePurpose, id: string, code: string) => sealing.macs(code, `code:${purpose}:${id}`);

  return {
    async send(purpose, subject, deliver) {
      const [id, code, linkId, linkSecret] = [newId(), newCode(), newId(), newSecret()];
      const ttl = LIFETIME[purpose];
      await store.tx(async (within) => {
        await within.codes.create({ id, purpose, subject, codeMac: macs(purpose, id, code)[0], ttl });
        if (purpose === 'reset_password') {
          const codeMac = macs('reset_link', linkId, linkSecret)[0];
          await within.codes.create({ id: linkId, purpose: 'reset_link', subject, codeMac, ttl });
        }
        await deliver({ code, link: `${linkId}.${linkSecret}`, minutes: ttl / 60 }, within);
      });
      const sentAt = epochSeconds(clock);
      return { id, sentAt, expiresAt: sentAt + ttl, resendAt: sentAt + RESEND_AFTER };
    },

    subjectOf: (purpose, id, secret) => store.codes.subjectOf({ id, purpose, macs: macs(purpose, id, secret) }),

    async check(purpose, id, code) {
      const verdict = await store.codes.verify({ id, purpose, macs: macs(purpose, id, code), maxTries: MAX_TRIES });
      if (verdict === 'ok') return { ok: true };
      const reasons = { wrong: 'code_wrong', expired: 'code_expired', spent: 'code_too_many' } as const;
      return { ok: false, reason: reasons[verdict] };
    },
  };
}
