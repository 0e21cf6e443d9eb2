import type { Authenticator, ClientDemands, FieldErrors, Form, User } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Evidence, FactorKind } from '../policy/index.ts';

/** The circumstances under which a known person is asked for more. No request, session or cookie. */
export interface FactorContext {
  user: User;
  client: ClientDemands;
  /** Language tag for what is sent. */
  lang: string;
  ip: string;
  userAgent: string;
  /** Names this sign-in; codes for it void each other and no other's. */
  signInId: string;
}

/** A page to show, and what to remember (sealed, on the server) until it is answered. */
export interface FactorPage {
  view: string;
  show: JsonObject;
  remember: JsonObject;
}

/** An expected no. `errors` are language keys by field; `''` is the form as a whole. */
export interface FactorRefused {
  ok: false;
  reason: string;
  errors: FieldErrors;
  /** What is shown anew beside the errors, when it changed. */
  page?: FactorPage;
}

export type FactorOutcome = { ok: true; evidence: Evidence } | { ok: 'more'; page: FactorPage } | FactorRefused;

/** What was enrolled, how its owner will know it, and what confirming it has proven. */
export interface Enrolled {
  ok: true;
  evidence: Evidence[];
  /** Written in the same transaction as the record of it and the mail about it. */
  authenticator: NewFactorAuthenticator;
}

export interface NewFactorAuthenticator {
  id: string;
  name?: string;
  data?: JsonObject;
  sealed?: string;
  credentialId?: string;
  counter?: number;
  /** Of recovery codes: keyed MACs. These replace all that there were. */
  recoveryCodeMacs?: readonly string[];
}

export type EnrollmentOutcome = Enrolled | { ok: 'more'; page: FactorPage } | FactorRefused;

/** What it can prove at best, so that it can be told beforehand whether asking for it would help. */
export interface Gives {
  kinds: readonly FactorKind[];
  phishingResistant: boolean;
}

/**
 * A second factor: it is told who, and says whether they proved it. What is the same for all (limits, audit, mail about
 * changes, expiry, policy, whether enrolling is allowed) happens round it and cannot be forgotten by it.
 */
export interface Factor {
  /** As policies name it in `authenticator`, and as its evidence says in `by`. */
  name: string;
  gives: Gives;
  /** Only for somebody who has just said who they are: a session that was left open does not do. */
  afterMethod?: true;
  /** Whether this person can be asked for it. @param authenticators all that they have enrolled, of every factor */
  usable(user: User, authenticators: readonly Authenticator[]): boolean;
  /**
   * Where a message goes next (limits count by it): with no form when it begins, with the form when this answer sends
   * again. Undefined when nothing is sent.
   */
  sendsTo(
    context: FactorContext,
    authenticators: readonly Authenticator[],
    form?: Form,
    remembered?: JsonObject,
  ): string | undefined;
  begin(context: FactorContext, authenticators: readonly Authenticator[]): Promise<FactorPage>;
  /** `form.resend` is set when the person asks for another code. */
  complete(
    context: FactorContext,
    form: Form,
    remembered: JsonObject,
    authenticators: readonly Authenticator[],
  ): Promise<FactorOutcome>;
  enrollment?: Enrollment;
}

/** How a person gets it. Nothing is kept before it was confirmed. */
export interface Enrollment {
  /** Whether this person may add one (more). */
  offered(user: User, authenticators: readonly Authenticator[]): boolean;
  /** Whether they may by their own choice, where nothing asks for it; as `offered`, when left out. */
  chosen?(user: User, authenticators: readonly Authenticator[]): boolean;
  /** As {@link Factor.sendsTo}. */
  sendsTo(context: FactorContext, form?: Form, remembered?: JsonObject): string | undefined;
  begin(context: FactorContext, authenticators: readonly Authenticator[]): Promise<FactorPage>;
  complete(context: FactorContext, form: Form, remembered: JsonObject): Promise<EnrollmentOutcome>;
}

/** Whether this person may add this factor by their own choice. */
export function mayChoose(
  { enrollment }: Pick<Factor, 'enrollment'>,
  user: User,
  authenticators: readonly Authenticator[],
): boolean {
  const may = enrollment?.chosen ?? enrollment?.offered;
  return may?.(user, authenticators) ?? false;
}

export function refused(field: string, key: string): FactorRefused {
  return { ok: false, reason: key, errors: { [field]: key } };
}
