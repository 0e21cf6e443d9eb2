import { type Acceptances, createAcceptances } from './acceptances.ts';
import { type AccessPasses, createAccessPasses } from './access-passes.ts';
import { createListAppAccess, type ListAppAccess } from './app-access.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { type AuditEvents, createAuditEvents } from './audit-events.ts';
import { type Authenticators, createAuthenticators } from './authenticators.ts';
import { type Codes, createCodes } from './codes.ts';
import { type Consents, createConsents } from './consents.ts';
import { type ContactChanges, createContactChanges } from './contact-changes.ts';
import { createDataExports, type DataExports } from './data-exports.ts';
import type { Db } from './db.ts';
import { createDecisions, type Decisions } from './decisions.ts';
import { createDevices, type Devices } from './devices.ts';
import { createGrants, type Grants } from './grants.ts';
import { createGroupMembers, type GroupMembers } from './group-members.ts';
import { createIdentities, type Identities } from './identities.ts';
import { createKeys, type Keys } from './keys.ts';
import { createFindLiveSession, createFindSubject, type FindLiveSession, type FindSubject } from './live-sessions.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { createPersonalData, type PersonalData } from './personal-data.ts';
import { createPictures, type Pictures } from './pictures.ts';
import { createRecoveryCodes, type RecoveryCodes } from './recovery-codes.ts';
import { createRecoveryWaits, type RecoveryWaits } from './recovery-waits.ts';
import { createReplayIds, type ReplayIds } from './replay-ids.ts';
import { createResources, type Resources } from './resources.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSmsSends, type SmsSends } from './sms-sends.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { createTrustedDevices, type TrustedDevices } from './trusted-devices.ts';
import { createUsers, type Users } from './users.ts';

/** Everything that must not be lost, by what it is about. */
export interface Store {
  users: Users;
  passwords: Passwords;
  codes: Codes;
  attempts: Attempts;
  devices: Devices;
  trustedDevices: TrustedDevices;
  authenticators: Authenticators;
  recoveryCodes: RecoveryCodes;
  accessPasses: AccessPasses;
  recoveryWaits: RecoveryWaits;
  contactChanges: ContactChanges;
  dataExports: DataExports;
  listAppAccess: ListAppAccess;
  personalData: PersonalData;
  pictures: Pictures;
  identities: Identities;
  groupMembers: GroupMembers;
  acceptances: Acceptances;
  sessions: Sessions;
  findLiveSession: FindLiveSession;
  findSubject: FindSubject;
  consents: Consents;
  grants: Grants;
  tokens: Tokens;
  replayIds: ReplayIds;
  keys: Keys;
  resources: Resources;
  outbox: Outbox;
  auditEvents: AuditEvents;
  decisions: Decisions;
  smsSends: SmsSends;
  /**
   * One transaction; a thrown error rolls back, and so does a refused statement even when its error was caught. The work
   * uses the store it is given, one call after another, and awaits no network, hashing or mail.
   */
  tx<T>(work: (store: Store) => Promise<T>): Promise<T>;
}

export function createStore(db: Db): Store {
  return {
    users: createUsers(db),
    passwords: createPasswords(db),
    codes: createCodes(db),
    attempts: createAttempts(db),
    devices: createDevices(db),
    trustedDevices: createTrustedDevices(db),
    authenticators: createAuthenticators(db),
    recoveryCodes: createRecoveryCodes(db),
    accessPasses: createAccessPasses(db),
    recoveryWaits: createRecoveryWaits(db),
    contactChanges: createContactChanges(db),
    dataExports: createDataExports(db),
    listAppAccess: createListAppAccess(db),
    personalData: createPersonalData(db),
    pictures: createPictures(db),
    identities: createIdentities(db),
    groupMembers: createGroupMembers(db),
    acceptances: createAcceptances(db),
    sessions: createSessions(db),
    findLiveSession: createFindLiveSession(db),
    findSubject: createFindSubject(db),
    consents: createConsents(db),
    grants: createGrants(db),
    tokens: createTokens(db),
    replayIds: createReplayIds(db),
    keys: createKeys(db),
    resources: createResources(db),
    outbox: createOutbox(db),
    auditEvents: createAuditEvents(db),
    decisions: createDecisions(db),
    smsSends: createSmsSends(db),
    tx: (work) => db.tx((inner) => work(createStore(inner))),
  };
}
