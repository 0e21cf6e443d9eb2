import { type EmailCodeNeeds, emailCodeMethod } from './email-code.ts';
import { type FederatedNeeds, federatedMethod } from './federated.ts';
import type { SignInMethod } from './method.ts';
import { type PasskeyNeeds, passkeyMethod } from './passkey.ts';
import { type PasswordNeeds, passwordMethod } from './password.ts';
import { type RecoverNeeds, recoverMethod } from './recover.ts';
import { type RegisterNeeds, registerMethod } from './register.ts';

export type MethodNeeds = PasswordNeeds & EmailCodeNeeds & PasskeyNeeds & FederatedNeeds & RegisterNeeds & RecoverNeeds;

/** The list. Adding a way to sign in is a file beside this one, and a line here. */
export function createMethods(needs: MethodNeeds): SignInMethod[] {
  return [
    passwordMethod(needs),
    emailCodeMethod(needs),
    passkeyMethod(needs),
    federatedMethod(needs),
    registerMethod(needs),
    recoverMethod(needs),
  ];
}
