import {
  type Collected,
  collectAttributes,
  type FieldErrors,
  type Form,
  maskEmail,
  parseEmail,
  type RegisterUser,
  type TermsDemand,
  ticked,
} from '../accounts/index.ts';
import type { Clock, JsonObject } from '../base/index.ts';
import { type Hasher, type MailedCodes, shownCode, tidyCode } from '../verifiers/index.ts';
import { mailboxEvidence } from './email-code.ts';
import type { MailTo } from './mail-to.ts';
import { type Begun, type MethodContext, type MethodOutcome, refused, type SignInMethod } from './method.ts';
import type { CheckPassword } from './password-check.ts';

export interface RegisterNeeds {
  findByEmail: (email: string) => Promise<{ user: { email?: string } } | undefined>;
  checkPassword: CheckPassword;
  /** Shown beside the field. */
  minPasswordLength: () => number;
  hasher: Pick<Hasher, 'hash'>;
  codes: MailedCodes;
  mail: MailTo;
  registerUser: RegisterUser;
  clock: Clock;
}

/** What was filled in, kept sealed until the mailbox is proven; only then is there a user. */
interface Draft extends Collected {
  email: string;
  passwordHash?: string;
}

/** Self-registration. Whether the address is taken is told to its mailbox alone: the pages are the same either way. */
export function registerMethod(needs: RegisterNeeds): SignInMethod {
  const { findByEmail, checkPassword, hasher, codes, mail, registerUser, clock } = needs;
  const wantsPassword = (context: MethodContext) => context.client.methods.includes('password');

  async function sendCode(context: MethodContext, draft: Draft): Promise<Begun> {
    const found = await findByEmail(draft.email);
    const taken = found !== undefined;
    // The owner is told at the address as they gave it, which may be spelled otherwise.
    const deliver = taken
      ? mail('already_registered', found.user.email, context)
      : mail('verify_email', draft.email, context);
    const sent = await codes.send('verify_email', context.signInId, deliver);
    return {
      view: 'tasks/verify-email',
      show: shownCode(maskEmail(draft.email), sent),
      remember: { draft: draft as unknown as JsonObject, codeId: sent.id, open: !taken },
    };
  }

  async function fillIn(context: MethodContext, form: Form): Promise<MethodOutcome> {
    const { client } = context;
    const { collected, errors: attributeErrors } = collectAttributes(form, client.attributes);
    const email = parseEmail(form.email ?? '');
    const errors: FieldErrors = { ...attributeErrors, ...termsErrors(form, client.terms) };
    if (!email) errors.email = (form.email ?? '').trim() === '' ? 'required' : 'email_invalid';
    if (wantsPassword(context)) {
      const own = [email, collected.givenName, collected.familyName, client.name].filter((one) => one !== undefined);
      const problem = await checkPassword(form.new_password ?? '', own);
      if (problem) errors.new_password = problem;
    }
    if (!email || Object.keys(errors).length > 0) return { ok: false, reason: 'value_invalid', errors };
    const passwordHash = wantsPassword(context) ? await hasher.hash(form.new_password ?? '') : undefined;
    const draft: Draft = { ...collected, email, ...(passwordHash === undefined ? {} : { passwordHash }) };
    return { ok: 'more', begun: await sendCode(context, draft) };
  }

  async function verify(context: MethodContext, form: Form, remembered: JsonObject): Promise<MethodOutcome> {
    if ((form.code ?? '').trim() === '') return refused('code', 'required');
    const verdict = await codes.check('verify_email', String(remembered.codeId), tidyCode(form.code ?? ''));
    if (!verdict.ok) return refused('code', verdict.reason);
    const draft = remembered.draft as unknown as Draft;
    const { client, ip } = context;
    const userId =
      remembered.open === true
        ? await registerUser({ ...draft, clientId: client.id, terms: client.terms, ip })
        : undefined;
    if (userId === undefined) return refused('code', 'code_wrong');
    return { ok: true, userId, evidence: [mailboxEvidence(clock)] };
  }

  return {
    name: 'register',
    choosable: false,
    // The code of a mailbox that may be somebody else's: guessing it would make an account in their name.
    guessesAt: (_context, { code, resend }, { draft }) =>
      code && resend === undefined ? (draft as unknown as Draft | undefined)?.email : undefined,
    sendsTo(_context, form, remembered) {
      if (!form) return undefined;
      const draft = remembered?.draft as unknown as Draft | undefined;
      if (!draft) return parseEmail(form.email ?? '');
      return form.resend === undefined ? undefined : draft.email;
    },

    offered: (client) => client.registration,

    async begin(context) {
      const { client, identifier } = context;
      const show = {
        password: wantsPassword(context),
        min_length: needs.minPasswordLength(),
        attributes: client.attributes as unknown as JsonObject[],
        terms: client.terms as unknown as JsonObject[],
        email: identifier,
      };
      return { view: 'sign-in/register', show, remember: {} };
    },

    async complete(context, form, remembered) {
      if (!remembered.draft) return fillIn(context, form);
      if (form.resend !== undefined)
        return { ok: 'more', begun: await sendCode(context, remembered.draft as unknown as Draft) };
      return verify(context, form, remembered);
    },
  };
}

export function termsErrors(form: Form, terms: readonly TermsDemand[]): FieldErrors {
  const open = terms.filter(({ id }) => !ticked(form[`terms.${id}`]));
  return Object.fromEntries(open.map(({ id }) => [`terms.${id}`, 'terms_required']));
}
