import { type AcceptTermsNeeds, acceptTermsTask } from './accept-terms.ts';
import { type ChangeEmailNeeds, changeEmailTask } from './change-email.ts';
import { type ChangePasswordNeeds, changePasswordTask } from './change-password.ts';
import { type GiveAttributesNeeds, giveAttributesTask } from './give-attributes.ts';
import type { Task } from './task.ts';
import { type VerifyEmailNeeds, verifyEmailTask } from './verify-email.ts';
import { type VerifyPhoneNeeds, verifyPhoneTask } from './verify-phone.ts';

export type TaskNeeds = VerifyEmailNeeds &
  VerifyPhoneNeeds &
  AcceptTermsNeeds &
  GiveAttributesNeeds &
  ChangePasswordNeeds &
  ChangeEmailNeeds;

/** The list, in the order in which people meet them. Adding a task is a file beside this one, and a line here. */
export function createTasks(needs: TaskNeeds): Task[] {
  return [
    verifyEmailTask(needs),
    verifyPhoneTask(needs),
    changePasswordTask(needs),
    acceptTermsTask(needs),
    giveAttributesTask(needs),
    changeEmailTask(needs),
  ];
}
