import type { Assess, KeepDecision } from './access/index.ts';
import {
  type ChangeContact,
  createAdministerUsers,
  createChangeProfile,
  createDeleteAccount,
  createExportData,
  createManageAuthenticators,
  createWithdrawAccess,
  type LinkIdentity,
  type ProviderInUse,
  type ReportCompromise,
  type SecretLinks,
  type SignOut,
  type TellOfChange,
} from './accounts/index.ts';
import type { Recorder } from './audit/index.ts';
import type { Clock, Log, Sealing } from './base/index.ts';
import type { Config } from './config/index.ts';
import type { Factor } from './factors/index.ts';
import {
  ACCOUNT_CLIENT,
  createProviderFacts,
  type Directory,
  profileAttributes,
  type Snapshots,
} from './management/index.ts';
import type { Messages } from './messages.ts';
import type { Notices } from './notices.ts';
import { createFlashes, createReencodePicture, createSections, createSelfService } from './selfservice/index.ts';
import type { OpenStore } from './store/index.ts';

export interface AccountPagesNeeds {
  config: Config;
  opened: Pick<OpenStore, 'store' | 'ephemeral'>;
  snapshots: Snapshots;
  directory: Pick<Directory, 'face'>;
  sealing: Sealing;
  recorder: Recorder;
  messages: Messages;
  notices: Notices;
  links: SecretLinks;
  signOut: SignOut;
  changeContact: Pick<ChangeContact, 'changePhone'>;
  tell: TellOfChange;
  reportCompromise: ReportCompromise;
  inUse: ProviderInUse;
  unlink: LinkIdentity['unlink'];
  assess: Assess;
  keepDecision: KeepDecision;
  countryOf: (ip: string) => string | undefined;
  factors: readonly Factor[];
  throttle: (network: string) => Promise<void>;
  log: Log;
  clock: Clock;
}

/** The account pages: what people see and change about themselves. */
export function createAccountPages(needs: AccountPagesNeeds) {
  const { opened, snapshots, directory, messages, notices, links, signOut, recorder } = needs;
  const { store } = opened;
  const current = snapshots.current;
  const client = () => ({ id: ACCOUNT_CLIENT, name: directory.face(ACCOUNT_CLIENT)?.demands.name ?? '' });
  const clientName = (id: string) => (id === ACCOUNT_CLIENT ? undefined : directory.face(id)?.demands.name);

  const exports = createExportData({
    ...needs,
    store,
    order: (order, within) => messages.outbox.enqueue('data_export', order, within.outbox),
    tell: notices.ofExport,
  });
  const deletion = createDeleteAccount({
    store,
    links,
    administer: createAdministerUsers({ store, signOut, recorder }),
    recorder,
    tell: notices.ofDeletion,
    log: needs.log,
  });

  const sections = createSections({
    ...needs,
    attributes: () => profileAttributes(current().attributes.values()),
    changeProfile: createChangeProfile({ store, recorder }),
    changePhone: needs.changeContact.changePhone,
    reencode: createReencodePicture(),
    pictureUrl: (id) => `${needs.config.issuer}/pictures/${id}`,
    textsLeave: () => messages.textsLeave && current().sms.countries.length > 0,
    manage: createManageAuthenticators({ ...needs, store, tell: needs.tell }),
    passwordOf: store.passwords.find,
    codesLeft: store.recoveryCodes.left,
    trustedBrowsers: store.trustedDevices.count,
    sessionsOf: store.sessions.listFor,
    clientName,
    eventsOf: (userId, page) => store.auditEvents.list({ userId, ...page }),
    decisionsOf: store.decisions.listFor,
    report: needs.reportCompromise,
    accessOf: store.listAppAccess,
    withdraw: createWithdrawAccess({ store, recorder }),
    appFace(id) {
      const { demands, logo_uri, uri } = directory.face(id) ?? {};
      if (!demands) return undefined;
      return { name: demands.name, ...(logo_uri && { logo_uri }), ...(uri && { uri }) };
    },
    own: ACCOUNT_CLIENT,
    identitiesOf: store.identities.listFor,
    providers: createProviderFacts(current),
    exports,
    deletion,
    deletionDays: () => current().settings.account.deletion_days,
    accepted: store.acceptances.list,
    termsOf(id) {
      const { title, uri } = current().terms.get(id) ?? {};
      return title && uri !== undefined ? { title, uri } : undefined;
    },
  });

  return {
    flashes: createFlashes({ ephemeral: opened.ephemeral, sealing: needs.sealing }),
    selfService: createSelfService({ ...needs, sections, client, authenticatorsOf: store.authenticators.listFor }),
    deletion,
    makeExport: exports.make,
    findPicture: store.pictures.find,
  };
}
