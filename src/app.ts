import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRecorder } from './audit/index.ts';
import { type Clock, createSealing, epochSeconds, type Log } from './base/index.ts';
import type { Config } from './config/index.ts';
import { createApply, createDirectory, type Desired, expiries, openSnapshots } from './management/index.ts';
import { createMessages } from './messages.ts';
import type { MailTransport, SmsGateway } from './messaging/index.ts';
import { createCollect } from './metrics.ts';
import { createOidc, type Oidc } from './oidc/index.ts';
import { createPeople, type People } from './people.ts';
import { openStore, type Store } from './store/index.ts';
import * as verifiers from './verifiers/index.ts';
import * as web from './web/index.ts';

export interface AppNeeds {
  config: Config;
  /** What the declarative file wants there to be; undefined when there is no file. */
  desired: readonly Desired[] | undefined;
  log: Log;
  clock: Clock;
  /** Takes the place of SMTP where mail must not leave the house (the demo). */
  mailTransport?: MailTransport;
  /** The same for text messages. */
  smsGateway?: SmsGateway;
}

export interface App {
  /** Opens the port. @returns the port, which the system chose when the configuration says 0. */
  listen(): Promise<number>;
  /** Makes true what a file wants, whole or not at all. @returns what the provider does not accept of it. */
  apply(desired: readonly Desired[]): Promise<string[]>;
  /** What was wrong with the file at start; then nothing of it is in force. */
  problems: readonly string[];
  oidc: Oidc;
  store: Store;
  /** Answers what is under way, then ends; at most `seconds`. */
  close(seconds?: number): Promise<void>;
}

const DAY = 24 * 3600;
const views = new URL('../views/', import.meta.url);

/** Puts the house together: the only file that knows every room. */
export async function createApp({ config, desired, log, clock, mailTransport, smsGateway }: AppNeeds): Promise<App> {
  const { issuer } = config;
  const sealing = createSealing(config.secrets);
  const opened = await openStore({ ...config, log });
  const { store, ephemeral, notices } = opened;
  for (const name of await opened.migrate()) log.info({ migration: name }, 'migrated');

  const now = () => epochSeconds(clock);
  const fetch = verifiers.createGuardedFetch({ allow: config.outboundAllow, timeoutMs: 5000, maxBytes: 1_000_000 });
  const recorder = createRecorder({ rows: store.auditEvents, log, clock });

  const languages = web.createLanguages({ directory: new URL('languages/', views) });

  // The operator's resources.
  let onChange = async () => {};
  const snapshots = await openSnapshots({ issuer, store, notices, sealing, log, onChange: () => onChange() });
  const directory = createDirectory({ store, snapshots, recorder });
  const settings = () => snapshots.current().settings;

  const houseName = () => snapshots.current().branding.title ?? new URL(issuer).hostname;
  const messages = createMessages({
    config,
    opened,
    sealing,
    languages,
    views: new URL('mail/', views),
    fetch,
    logoutToken: (about) => oidc.logoutToken(about),
    makeExport: (order) => people.makeExport(order),
    tellOfNewDevice: (sighting) => people.tellOfNewDevice(sighting),
    houseName,
    countryOf: (ip) => people.countryOf(ip),
    recorder,
    mailTransport,
    smsGateway,
    log,
    clock,
  });
  const people: People = await createPeople({
    config,
    opened,
    sealing,
    recorder,
    messages,
    snapshots,
    directory,
    fetch,
    houseName,
    log,
    clock,
  });
  const { assess, keepDecision, signOut } = people;

  // Pages and the provider.
  const assets = web.createAssets({ directory: new URL('assets/', views) });
  const faces: web.Faces = { app: directory.face, house: () => snapshots.current().branding };
  const viewer = web.createViews({ directory: views, languages, assets });
  const pages = web.createPages({ views: viewer, languages, faces });
  const oidc: Oidc = await createOidc({
    issuer,
    store,
    ephemeral,
    sealing,
    directory,
    assess,
    keepDecision,
    signOut,
    signOutUpstream: people.federation.signOutUpstream,
    recorder,
    pages: web.createProtocolPages({ pages, faces }),
    registration: () => settings().dynamic_registration,
    attributeNames: () => [...snapshots.current().attributes.keys()],
    acrAliases: () => settings().acr_aliases,
    fetch,
    rotation: () => ({
      every: settings().keys.rotate_after_days * DAY,
      lead: settings().keys.publish_ahead_hours * 3600,
      kept: 2 * DAY,
    }),
    clock,
    log,
  });
  onChange = async () => {
    publishBrands();
    await oidc.reload();
  };

  /** Every instance has the style sheet of a brand before any page of any instance links to it. */
  function publishBrands(): void {
    for (const [name, brand] of directory.brands()) {
      for (const warning of viewer.publish(brand)) log.warn({ name }, warning);
    }
  }

  const files = createApply({ store, recorder, sealing, checkClient: oidc.checkClient });
  async function apply(wanted: readonly Desired[]): Promise<string[]> {
    const { problems: wrong, warnings } = await files.apply(wanted, { by: config.configFile ?? 'a file' });
    for (const warning of warnings) log.warn({}, warning);
    if (wrong.length === 0) await snapshots.reload();
    return wrong;
  }

  publishBrands();
  const problems = desired ? await apply(desired) : [];

  let metrics: { close(): void } | undefined;
  let draining = false;
  const koa = web.createWebApp({
    issuer,
    clientAddress: web.createClientAddress(config),
    log,
    ping: opened.ping,
    draining: () => draining,
    relatedOrigins: () => settings().webauthn.origins,
    interactions: oidc.interactions,
    consents: oidc.consents,
    sessions: oidc.sessions,
    ...people,
    faces,
    pages,
    now,
    assets,
    languages,
    provider: oidc.middleware,
    cookieKeys: oidc.cookieKeys,
  });
  const server = createServer(koa.callback());
  const stopChores = startChores({ log, chores: [opened.sweep, () => oidc.keys.keepUp(), people.deletion.sweep] });
  await messages.outbox.start();

  return {
    oidc,
    store,
    apply,
    problems,
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(config.port, config.host, resolve);
      });
      if (config.metricsPort !== undefined) {
        const collect = createCollect(store, () => expiries(snapshots.current().identityProviders));
        metrics = await web.startMetrics({ host: config.host, port: config.metricsPort, collect, log });
      }
      return (server.address() as AddressInfo).port;
    },
    async close(seconds = 10) {
      draining = true;
      metrics?.close();
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), seconds * 1000).unref();
      await ended;
      stopChores();
      snapshots.stop();
      await recorder.flush();
      await messages.outbox.stop();
      messages.transport.close();
      await people.hasher.close();
      await opened.close();
    },
  };
}

/** What has to be done from time to time; a failure is logged and tried again the next time. */
function startChores({ chores, log }: { chores: (() => Promise<unknown>)[]; log: Log }): () => void {
  const run = () => {
    for (const chore of chores) chore().catch((error: Error) => log.warn({ cause: error.message }, 'a chore failed'));
  };
  const timer = setInterval(run, 60_000).unref();
  return () => clearInterval(timer);
}
