/**
 * Ways to find out who somebody is: by password, by a code to their mailbox, by a passkey, by an account
 * elsewhere, by registering, by recovering.
 *
 * A method shows a page and judges the answer; it answers with a user and evidence, or with what is wrong. It counts
 * nothing, records nothing and decides nothing about access: signin does that round every method alike. It is called by
 * signin only. What must stay true: for an address nobody has, a method does the same work and says the same words.
 */
export type { IdentityProvider } from './identity-provider.ts';
export type { MailKind, MailTo } from './mail-to.ts';
export type {
  Begun,
  Choice,
  MethodContext,
  MethodOutcome,
  Proven,
  Refused,
  SignInMethod,
  ToLink,
} from './method.ts';
export { createMethods, type MethodNeeds } from './methods.ts';
export type { CheckPassword } from './password-check.ts';
