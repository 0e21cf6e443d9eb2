import {
  type AdministerUsers,
  createAdministerUsers,
  createIssueAccessPass,
  createSignOut,
  type IssueAccessPass,
} from './accounts/index.ts';
import { createRecorder } from './audit/index.ts';
import { type Clock, createSealing, type Log } from './base/index.ts';
import type { Config } from './config/index.ts';
import { createDecisions } from './decisions.ts';
import {
  type Apply,
  createApply,
  createDirectory,
  createGroupMembership,
  createPoliciesInForce,
  type GroupMembership,
  openSnapshots,
} from './management/index.ts';
import { createOutbox, type LogoutPayload } from './messaging/index.ts';
import { createOidc, type Oidc, type ProtocolPages } from './oidc/index.ts';
import { type OpenStore, openStore } from './store/index.ts';

/** What a command can do to an installation, whether or not servers run on it: they hear of every change. */
export interface Operations {
  store: OpenStore['store'];
  migrate: OpenStore['migrate'];
  /** Of the database: seconds since the epoch. */
  time: OpenStore['time'];
  ping: OpenStore['ping'];
  users: AdministerUsers;
  issueAccessPass: IssueAccessPass;
  groups: GroupMembership;
  /** The provider, for what only it knows; built when it is first asked for. */
  provider(): Promise<{ oidc: Oidc; files: Apply }>;
  close(): Promise<void>;
}

const DAY = 24 * 3600;

/** The part of the house that a command needs: no port, no pages, no password process, and nothing is sent from here. */
export async function openOperations({
  config,
  log,
  clock,
}: {
  config: Config;
  log: Log;
  clock: Clock;
}): Promise<Operations> {
  const opened = await openStore({ ...config, poolSize: 2, log });
  const { store, ephemeral, notices } = opened;
  const sealing = createSealing(config.secrets);
  const recorder = createRecorder({ rows: store.auditEvents, log, clock });
  const outbox = createOutbox<{ backchannel_logout: LogoutPayload }>({
    rows: store.outbox,
    sealing,
    log,
    deliver: { backchannel_logout: () => notHere('sends no message') },
  });
  const signOut = createSignOut({
    store,
    recorder,
    notify: (notice, within) => outbox.enqueue('backchannel_logout', notice, within.outbox),
  });
  let ending = () => {};

  async function openProvider() {
    let reload = async () => {};
    const snapshots = await openSnapshots({
      issuer: config.issuer,
      store,
      notices,
      sealing,
      log,
      onChange: () => reload(),
    });
    ending = snapshots.stop;
    const settings = () => snapshots.current().settings;
    const oidc = await createOidc({
      issuer: config.issuer,
      store,
      ephemeral,
      sealing,
      directory: createDirectory({ store, snapshots, recorder }),
      ...(await createDecisions({
        store,
        inForce: createPoliciesInForce(snapshots),
        reachable: () => [],
        geoipDb: config.geoipDb,
        log,
        clock,
      })),
      signOut,
      recorder,
      pages: noPages,
      registration: () => settings().dynamic_registration,
      attributeNames: () => [...snapshots.current().attributes.keys()],
      acrAliases: () => settings().acr_aliases,
      fetch: () => notHere('fetches nothing'),
      rotation: () => ({
        every: settings().keys.rotate_after_days * DAY,
        lead: settings().keys.publish_ahead_hours * 3600,
        kept: 2 * DAY,
      }),
      clock,
      log,
    });
    reload = oidc.reload;
    return { oidc, files: createApply({ store, recorder, sealing, checkClient: oidc.checkClient }) };
  }

  let provider: ReturnType<typeof openProvider> | undefined;
  return {
    store,
    migrate: opened.migrate,
    time: opened.time,
    ping: opened.ping,
    users: createAdministerUsers({ store, signOut, recorder }),
    issueAccessPass: createIssueAccessPass({ store, sealing, recorder }),
    groups: createGroupMembership({ store, recorder }),
    provider() {
      provider ??= openProvider();
      return provider;
    },
    async close() {
      ending();
      await opened.close();
    },
  };
}

function notHere(what: string): never {
  throw new Error(`a command ${what}`);
}

const showNothing = () => notHere('shows no page');

const noPages: ProtocolPages = {
  error: showNothing,
  confirmLogout: showNothing,
  leave: showNothing,
  loggedOut: showNothing,
  enterUserCode: showNothing,
  confirmDevice: showNothing,
  deviceDone: showNothing,
};
