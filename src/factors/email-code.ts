import { maskEmail } from '../accounts/index.ts';
import { type Clock, epochSeconds } from '../base/index.ts';
import { type Deliver, type MailedCodes, shownCode, tidyCode } from '../verifiers/index.ts';
import { type Factor, type FactorContext, type FactorPage, refused } from './factor.ts';

export interface EmailFactorNeeds {
  codes: MailedCodes;
  mailSecondFactor: (context: FactorContext) => Deliver;
  clock: Clock;
}

/** A code to the mailbox, where that was not what they signed in with: the arithmetic of kinds says whether it helps. */
export function emailFactor({ codes, mailSecondFactor, clock }: EmailFactorNeeds): Factor {
  async function send(context: FactorContext): Promise<FactorPage> {
    const { id, email = '' } = context.user;
    const sent = await codes.send('second_factor', `${id}:${context.signInId}`, mailSecondFactor(context));
    const show = shownCode(maskEmail(email), sent);
    return { view: 'factors/email-code', show, remember: { codeId: sent.id, email } };
  }

  return {
    name: 'email-code',
    gives: { kinds: ['assertion'], phishingResistant: false },
    usable: ({ email, emailVerified }) => email !== undefined && emailVerified,
    sendsTo: ({ user }, _authenticators, form) =>
      form === undefined || form.resend !== undefined ? user.email : undefined,
    begin: send,

    async complete(context, { code = '', resend }, { codeId, email }) {
      if (resend !== undefined) return { ok: 'more', page: await send(context) };
      if (code.trim() === '') return refused('code', 'required');
      // A mailbox that is theirs no more proves nothing.
      if (email !== context.user.email) return refused('code', 'code_expired');
      const verdict = await codes.check('second_factor', String(codeId), tidyCode(code));
      if (!verdict.ok) return refused('code', verdict.reason);
      const proof = { by: 'email-code', amr: ['otp'], phishingResistant: false, at: epochSeconds(clock) };
      return { ok: true, evidence: { ...proof, kinds: ['assertion'] } };
    },
  };
}
