import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAssess } from './access/index.ts';
import { collectedChanges, createRegisterUser, createResetPassword, createSignOut } from './accounts/index.ts';
import { createRecorder } from './audit/index.ts';
import { type Clock, createSealing, epochSeconds, type Log } from './base/index.ts';
import type { Config } from './config/index.ts';
import { createApply, createDirectory, type Desired, openSnapshots } from './management/index.ts';
import * as messaging from './messaging/index.ts';
import { createMethods, type MailTo } from './methods/index.ts';
import { createOidc, type Oidc } from './oidc/index.ts';
import { createLimits, createResetByLink, createSignIn, createSignInStates } from './signin/index.ts';
import { OUTBOX_CHANNEL, openStore, type Store } from './store/index.ts';
import { createTasks } from './tasks/index.ts';
import * as verifiers from './verifiers/index.ts';
import * as web from './web/index.ts';

export interface AppNeeds {
  config: Config;
  /** What the declarative file wants there to be; undefined when there is no file. */
  desired: readonly Desired[] | undefined;
  log: Log;
  clock: Clock;
  /** Takes the place of SMTP where mail must not leave the house (the demo). */
  mailTransport?: messaging.MailTransport;
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

type Payloads = {
  mail: messaging.MailPayload;
  discard: messaging.MailPayload;
  backchannel_logout: messaging.LogoutPayload;
};

const DAY = 24 * 3600;
const views = new URL('../views/', import.meta.url);

/** Puts the house together: the only file that knows every room. */
export async function createApp({ config, desired, log, clock, mailTransport }: AppNeeds): Promise<App> {
  const { issuer } = config;
  const sealing = createSealing(config.secrets);
  const opened = await openStore({ ...config, log });
  const { store, ephemeral, notices } = opened;
  for (const name of await opened.migrate()) log.info({ migration: name }, 'migrated');

  const now = () => epochSeconds(clock);
  const fetch = verifiers.createGuardedFetch({ allow: config.outboundAllow, timeoutMs: 5000, maxBytes: 1_000_000 });
  const recorder = createRecorder({ rows: store.auditEvents, log, clock });
  const assess = createAssess({ reachableAcr: 'aal1' });

  // Messages: everything that leaves is committed with its cause, and delivered from the outbox.
  const transport =
    mailTransport ??
    (config.smtpUrl ? messaging.createSmtp(config.smtpUrl) : messaging.createUnconfiguredMail({ log }));
  const languages = web.createLanguages({ directory: new URL('languages/', views) });
  const templates = messaging.createMailTemplates({ views: new URL('mail/', views), words: languages });
  const writing = { templates, from: config.mailFrom, clock };
  const outbox = messaging.createOutbox<Payloads>({
    rows: store.outbox,
    sealing,
    log,
    deliver: {
      mail: messaging.createMailDelivery({ ...writing, transport }),
      // What was written for an address nobody has, so that writing it takes its time.
      discard: messaging.createMailDelivery({ ...writing, transport: { send: async () => undefined } }),
      backchannel_logout: messaging.createBackchannelLogout({ fetch, logoutToken: (about) => oidc.logoutToken(about) }),
    },
    onNotice: (heard) => notices.subscribe(OUTBOX_CHANNEL, heard),
  });
  const mailer = messaging.createMailer({ outbox });

  const mail: MailTo =
    (kind, to, { lang, client, ip, userAgent }) =>
    async ({ code, link, minutes }, within) => {
      const params = { at: now(), ip, userAgent, code, minutes, link: `${issuer}/reset/${link}` };
      const addressed = { lang, client: { name: client.name }, params };
      await recorder.within(within, { type: 'code.sent', clientId: client.id, ip, data: { purpose: kind } });
      if (to !== undefined) await mailer.send(kind, { to, ...addressed }, within.outbox);
      else await outbox.enqueue('discard', { kind, to: '', ...addressed }, within.outbox);
    };

  // The operator's resources.
  let onChange = async () => {};
  const snapshots = await openSnapshots({ store, notices, log, onChange: () => onChange() });
  const directory = createDirectory({ store, snapshots });
  const settings = () => snapshots.current().settings;

  // People.
  const signOut = createSignOut({
    store,
    recorder,
    notify: (notice, within) => outbox.enqueue('backchannel_logout', notice, within.outbox),
  });
  const hasher = await verifiers.startHasher({ log });
  const breach = verifiers.createBreachRange({ fetch, url: 'https://api.pwnedpasswords.com/range' });
  const rules = verifiers.createPasswordRules({
    minLength: 15,
    breach: async (password) => settings().password.breach_check && breach(password),
    log,
  });
  const minPasswordLength = () => settings().password.min_length;
  const checkPassword = async (password: string, about: readonly string[]) =>
    (await rules(password, about, minPasswordLength()))?.reason;
  const codes = verifiers.createMailedCodes({ store, sealing, clock });
  const resetPassword = createResetPassword({
    store,
    signOut,
    recorder,
    async tell(userId, within) {
      const user = await within.users.find(userId);
      if (!user?.email) return;
      await mailer.send(
        'password_changed',
        { to: user.email, lang: user.locale ?? 'en', params: { at: now() } },
        within.outbox,
      );
    },
  });
  const addressOf = async (userId: string) => (await store.users.find(userId))?.email;

  // Sign-in.
  const methods = createMethods({
    findByEmail: store.passwords.findByEmail,
    hasher,
    replaceHash: store.passwords.replaceIf,
    clock,
    codes,
    mail,
    checkPassword,
    minPasswordLength,
    markEmailVerified: store.users.markEmailVerified,
    registerUser: createRegisterUser({ store, recorder }),
    resetPassword,
  });
  const tasks = createTasks({
    codes,
    mailVerification: (context) =>
      mail('verify_email', context.user.email, { ...context, identifier: context.user.email }),
    markEmailVerified: store.users.markEmailVerified,
    accepted: store.acceptances.list,
    accept: async (userId, clientId, terms) => {
      await store.acceptances.accept(userId, clientId, terms);
      const accepted = terms.map(({ termsId: id, version }) => ({ id, version }));
      await recorder.record({ type: 'terms.accepted', userId, clientId, data: { terms: accepted } });
    },
    addAttributes: async (user, given) => void (await store.users.update(user.id, collectedChanges(user, given))),
  });
  const limits = createLimits({ store, ephemeral, settings: () => settings().limits });
  const states = createSignInStates({ ephemeral, sealing });
  const signIn = createSignIn({ methods, tasks, states, limits, assess, findUser: store.users.find, recorder, clock });
  const resetByLink = createResetByLink({
    limits,
    subjectOf: (id, secret) => codes.subjectOf('reset_link', id, secret),
    useUp: async (id, secret) => (await codes.check('reset_link', id, secret)).ok,
    addressOf,
    checkPassword,
    hash: hasher.hash,
    resetPassword,
  });

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
    signOut,
    recorder,
    pages: web.createProtocolPages({ pages, faces }),
    registration: () => settings().dynamic_registration,
    attributeNames: () => [...snapshots.current().attributes.keys()],
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

  const files = createApply({ resources: store.resources, checkClient: oidc.checkClient });
  async function apply(wanted: readonly Desired[]): Promise<string[]> {
    const wrong = (await files.apply(wanted)).problems;
    if (wrong.length === 0) await snapshots.reload();
    return wrong;
  }

  publishBrands();
  const problems = desired ? await apply(desired) : [];

  let draining = false;
  const koa = web.createWebApp({
    issuer,
    clientAddress: web.createClientAddress(config),
    log,
    ping: opened.ping,
    draining: () => draining,
    interactions: oidc.interactions,
    consents: oidc.consents,
    signIn,
    signOut,
    addressOf,
    rememberDevice: store.devices.remember,
    faces,
    pages,
    now,
    minPasswordLength,
    resetByLink,
    assets,
    languages,
    provider: oidc.middleware,
    cookieKeys: oidc.cookieKeys,
  });
  const server = createServer(koa.callback());
  const stopChores = startChores({ log, chores: [opened.sweep, () => oidc.keys.keepUp()] });
  await outbox.start();

  return {
    oidc,
    store,
    apply,
    problems,
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(config.port, config.host, resolve);
      });
      return (server.address() as AddressInfo).port;
    },
    async close(seconds = 10) {
      draining = true;
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), seconds * 1000).unref();
      await ended;
      stopChores();
      snapshots.stop();
      await recorder.flush();
      await outbox.stop();
      transport.close();
      await hasher.close();
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
