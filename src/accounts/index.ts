/**
 * The rules of users' lives: how one comes to be, what they owe an app, how a password is replaced, how sessions end.
 *
 * It does not prove who somebody is (methods do), ask anything of them (signin and tasks do), or send mail (it is given
 * a way to tell). Whoever changes a user, a credential or a session calls it instead of the store, because what belongs
 * together is one transaction here: the change, what it ends, the record of it, and the word to the user.
 */

export type {
  AppAccess,
  Authenticator,
  Identity,
  IdentityKey,
  SessionSummary,
  User,
  UserChanges,
} from '../store/index.ts';
export { type AdministerUsers, createAdministerUsers } from './administer-users.ts';
export {
  attributeOf,
  type Collected,
  collectAttributes,
  collectedChanges,
  type FieldErrors,
  type Form,
  missingAttributes,
  ticked,
} from './attributes.ts';
export { type ChangeContact, createChangeContact, type TellOfContactChange } from './change-contact.ts';
export type { ChangeOrigin, LinkOrigin } from './change-origin.ts';
export { type ChangeProfile, createChangeProfile, type ProfileChange } from './change-profile.ts';
export type { AttributeDemand, AttributeType, ClientDemands, TermsDemand } from './client-demands.ts';
export { createDeleteAccount, type DeleteAccount, type TellOfDeletion } from './delete-account.ts';
export { createDisownChange, type DisownChange, newNotMeLink } from './disown-change.ts';
export { maskEmail, parseEmail } from './email-address.ts';
export {
  type ConfirmedAuthenticator,
  createEnrollAuthenticator,
  type EnrollAuthenticator,
  type TellOfChange,
} from './enroll-authenticator.ts';
export { createExportData, type ExportData, type ExportOrder, type TellOfExport } from './export-data.ts';
export {
  accessPassMacs,
  createIssueAccessPass,
  type IssueAccessPass,
} from './issue-access-pass.ts';
export {
  type ArrivedIdentity,
  createLinkIdentity,
  type LinkIdentity,
  type Unlinked,
} from './link-identity.ts';
export { createLockOut, type LockOut, type TellOfLockOut } from './lock-out.ts';
export { createManageAuthenticators, type ManageAuthenticators, type Removed } from './manage-authenticators.ts';
export {
  createNoticeNewDevice,
  type NewDeviceSighting,
  type NoticeNewDevice,
  type TellOfNewDevice,
} from './notice-new-device.ts';
export { type PhoneNumber, parsePhone } from './phone-number.ts';
export { createRegisterUser, type RegisterUser, type Registration } from './register-user.ts';
export { createReportCompromise, type ReportCompromise } from './report-compromise.ts';
export {
  createResetPassword,
  type ResetOrigin,
  type ResetPassword,
  type TellOfPassword,
} from './reset-password.ts';
export { createSecretLinks, type SecretLinks } from './secret-links.ts';
export { createSignOut, type EndReason, type LogoutNotice, type SignOut } from './sign-out.ts';
export { createSmsBudget, type SmsBudget } from './sms-budget.ts';
export { createUpstreamSignOut, type UpstreamSignOut } from './upstream-sign-out.ts';
export { createWaitForRecovery, type TellOfRecovery, type WaitForRecovery } from './wait-for-recovery.ts';
export { isPasskey, isSecondFactor, type ProviderInUse, RECOVERY_CODE } from './ways-in.ts';
export { createWithdrawAccess, type WithdrawAccess } from './withdraw-access.ts';
