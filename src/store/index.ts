/**
 * The store: PostgreSQL (a server, or embedded) for what must not be lost, and the ephemeral store (Redis, or
 * PostgreSQL) for what may be. One repository per group of tables, and the migrations that make them.
 *
 * It decides nothing about people, policies or protocols: it keeps, finds, and settles who was first. Called by every
 * room that keeps something; `web` asks those rooms, not this one. What must stay true: SQL is here and nowhere else;
 * a one-shot thing is one conditional statement; bearer values arrive as digests; what was answered as done survives.
 */
export type { Acceptance, Acceptances } from './acceptances.ts';
export type { AccessPasses } from './access-passes.ts';
export type { AppAccess, ListAppAccess } from './app-access.ts';
export type { AttemptCount, AttemptSchedule, Attempts } from './attempts.ts';
export type { AuditEventRow, AuditEvents, NewAuditEvent } from './audit-events.ts';
export type { Authenticator, Authenticators, NewAuthenticator } from './authenticators.ts';
export type { Codes, CodeVerdict, NewCode } from './codes.ts';
export type { Consent, Consents } from './consents.ts';
export { CONTACT_CHANGE_UNDO, type ContactChange, type ContactChanges } from './contact-changes.ts';
export type { DataExport, DataExports } from './data-exports.ts';
export { UniqueViolation } from './database-errors.ts';
export type { DecisionRow, Decisions } from './decisions.ts';
export type { Devices } from './devices.ts';
export type { Ephemeral, EphemeralEntry } from './ephemeral.ts';
export type { Grants, LiveGrant } from './grants.ts';
export type { GroupMember, GroupMembers } from './group-members.ts';
export type { Identities, Identity, IdentityKey, NewIdentity } from './identities.ts';
export type { KeyRow, Keys } from './keys.ts';
export type { FindLiveSession, FindSubject, LiveSession } from './live-sessions.ts';
export type { Notices } from './notices.ts';
export type { GrantWrite, OidcCommit, OidcWrites, SessionWrite, TokenWrite } from './oidc-commit.ts';
export { type OpenStore, openStore, type StoreOptions } from './open-store.ts';
export { OUTBOX_CHANNEL, type Outbox, type OutboxItem, type OutboxStatistics } from './outbox.ts';
export type { Passwords } from './passwords.ts';
export type { PersonalData } from './personal-data.ts';
export type { Picture, Pictures } from './pictures.ts';
export type { RecoveryCodes } from './recovery-codes.ts';
export type { RecoveryWait, RecoveryWaits } from './recovery-waits.ts';
export type { ReplayIds } from './replay-ids.ts';
export type {
  ResourceChange,
  ResourceChanges,
  ResourceRow,
  ResourceSource,
  Resources,
  ResourceVersion,
} from './resources.ts';
export type { NewSession, SessionClient, SessionState, SessionSummary, Sessions } from './sessions.ts';
export type { SmsLimits, SmsRefusal, SmsSend, SmsSends } from './sms-sends.ts';
export { SNAPSHOT_CHANNEL } from './snapshot.ts';
export type { Store } from './store.ts';
export type { Sweep } from './sweep.ts';
export type { StoredToken, Tokens } from './tokens.ts';
export type { TrustedDevices } from './trusted-devices.ts';
export type { NewUser, User, UserChanges, Users } from './users.ts';
