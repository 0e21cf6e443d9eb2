import type { Deliver } from '../verifiers/index.ts';
import type { MethodContext } from './method.ts';

export type MailKind = 'verify_email' | 'sign_in_code' | 'reset_password' | 'already_registered' | 'second_factor_code';

/**
 * Addresses a message; it is sent from within the transaction that makes its code. With `undefined`, for an address
 * nobody has, the same is written and then thrown away: the time it takes tells nothing.
 */
export type MailTo = (kind: MailKind, to: string | undefined, context: MethodContext) => Deliver;
