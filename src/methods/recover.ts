import { type Form, maskEmail, parseEmail, type ResetPassword } from '../accounts/index.ts';
import { type Clock, digestText, epochSeconds, type JsonObject } from '../base/index.ts';
import { type Hasher, type MailedCodes, shownCode, tidyCode } from '../verifiers/index.ts';
import { mailboxEvidence } from './email-code.ts';
import type { MailTo } from './mail-to.ts';
import { type Begun, type MethodContext, type MethodOutcome, refused, type SignInMethod } from './method.ts';
import type { CheckPassword } from './password-check.ts';

export interface RecoverNeeds {
  findByEmail: (email: string) => Promise<{ user: { id: string; email?: string; nothingBefore: number } } | undefined>;
  codes: MailedCodes;
  mail: MailTo;
  checkPassword: CheckPassword;
  minPasswordLength: () => number;
  hasher: Pick<Hasher, 'hash'>;
  resetPassword: ResetPassword;
  markEmailVerified: (userId: string) => Promise<unknown>;
  clock: Clock;
}

/** A forgotten password: the mailbox is proven by a code, then a new one is set and everything else is signed out. */
export function recoverMethod(needs: RecoverNeeds): SignInMethod {
  const {
    findByEmail,
    codes,
    mail,
    checkPassword,
    minPasswordLength,
    hasher,
    resetPassword,
    markEmailVerified,
    clock,
  } = needs;

  async function sendCode(context: MethodContext, address: string): Promise<Begun> {
    const found = await findByEmail(address);
    const { id, email } = found?.user ?? {};
    // "Newest only" is per user, whoever asked; for nobody's address it is per address, so that it looks the same.
    const subject = id ?? `nobody:${digestText(address.toLowerCase())}`;
    const sent = await codes.send('reset_password', subject, mail('reset_password', email, context));
    return {
      view: 'sign-in/reset-code',
      show: shownCode(maskEmail(address), sent),
      remember: { stage: 'code', address, codeId: sent.id, userId: id },
    };
  }

  async function checkCode(form: Form, remembered: JsonObject): Promise<MethodOutcome> {
    const { codeId, userId, address } = remembered;
    if ((form.code ?? '').trim() === '') return refused('code', 'required');
    const verdict = await codes.check('reset_password', String(codeId), tidyCode(form.code ?? ''));
    if (!verdict.ok) return refused('code', verdict.reason);
    if (typeof userId !== 'string') return refused('code', 'code_wrong');
    const show = { identifier: address, min_length: minPasswordLength() };
    return {
      ok: 'more',
      begun: {
        view: 'sign-in/new-password',
        show,
        remember: { stage: 'password', address, userId, provenAt: epochSeconds(clock) },
      },
    };
  }

  async function setPassword(context: MethodContext, password: string, remembered: JsonObject): Promise<MethodOutcome> {
    const problem = await checkPassword(password, [String(remembered.address), context.client.name]);
    if (problem) return refused('new_password', problem);
    const userId = String(remembered.userId);
    const hash = await hasher.hash(password);
    // Another reset, finished meanwhile, has ended everything that was proven before it: this proof as well.
    const found = await findByEmail(String(remembered.address));
    if (found?.user.id !== userId || Math.floor(found.user.nothingBefore) > Number(remembered.provenAt)) {
      return refused('new_password', 'code_expired');
    }
    const { nothingBefore } = await resetPassword(found.user, hash, 'reset', context);
    await markEmailVerified(userId);
    const evidence = mailboxEvidence(clock);
    // What was proven on the way counts as proven when the reset was done: everything earlier is void.
    return {
      ok: true,
      userId,
      evidence: [{ ...evidence, at: Math.max(evidence.at, Math.floor(nothingBefore)) }],
      endedSessions: true,
      newPasswordOf: String(remembered.address),
    };
  }

  return {
    name: 'recover',
    choosable: false,
    guessesAt: (_context, { code }, { stage, address }) => (stage === 'code' && code ? String(address) : undefined),
    sendsTo: (_context, form, remembered) => (form ? nextAddress(form, remembered) : undefined),

    offered: (client) => client.methods.includes('password'),
    begin: async ({ identifier }) => ({
      view: 'sign-in/recover',
      show: {},
      remember: { stage: 'address', address: identifier },
    }),

    async complete(context, form, remembered) {
      if (remembered.stage === 'password') return setPassword(context, form.new_password ?? '', remembered);
      if (remembered.stage === 'code' && form.resend === undefined) return checkCode(form, remembered);
      const address = nextAddress(form, remembered);
      if (!address) return refused('identifier', (form.identifier ?? '').trim() === '' ? 'required' : 'email_invalid');
      return { ok: 'more', begun: await sendCode(context, address) };
    },
  };
}

/** Where a code goes with this answer, if it asks for one. */
function nextAddress(form: Form, { stage, address }: JsonObject = {}): string | undefined {
  if (stage === 'address') return parseEmail(form.identifier ?? '');
  return stage === 'code' && form.resend !== undefined ? String(address) : undefined;
}
