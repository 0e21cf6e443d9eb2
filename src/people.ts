import { createAccountPages } from './account-pages.ts';
import { collectedChanges, createEnrollAuthenticator, createRegisterUser, createSmsBudget } from './accounts/index.ts';
import type { Recorder } from './audit/index.ts';
import { type Clock, digest, digestText, type Log, type Sealing } from './base/index.ts';
import type { Config } from './config/index.ts';
import { createDecisions } from './decisions.ts';
import { createFactors } from './factors/index.ts';
import { createFederation } from './federation.ts';
import { createPoliciesInForce, type Directory, type Snapshots, smsLimits } from './management/index.ts';
import type { Messages } from './messages.ts';
import { createMethods } from './methods/index.ts';
import { createOwners } from './owners.ts';
import * as signin from './signin/index.ts';
import type { OpenStore } from './store/index.ts';
import { createTasks } from './tasks/index.ts';
import * as verifiers from './verifiers/index.ts';

export interface PeopleNeeds {
  config: Config;
  opened: OpenStore;
  sealing: Sealing;
  recorder: Recorder;
  messages: Messages;
  snapshots: Snapshots;
  directory: Pick<Directory, 'face'>;
  fetch: typeof globalThis.fetch;
  /** What people know the house by. */
  houseName: () => string;
  log: Log;
  clock: Clock;
}

export type People = Awaited<ReturnType<typeof createPeople>>;

/** Everything that people do: how they sign in, what is asked of them, and what decides about it. */
export async function createPeople(needs: PeopleNeeds) {
  const { config, opened, sealing, recorder, messages, snapshots, fetch, log, clock } = needs;
  const { store, ephemeral } = opened;
  const { mail } = messages;
  const settings = () => snapshots.current().settings;

  const owners = createOwners({ ...needs, administrators: () => settings().administrators });
  const { notices, links, signOut, disownChange, changeContact, newDevices, waiting, resetPassword } = owners;
  const tell = notices.ofChange;

  const webauthn = verifiers.createWebAuthn({
    issuer: config.issuer,
    settings: () => settings().webauthn,
    title: () => snapshots.current().branding.title,
    sealing,
    ephemeral,
    noteUse: store.authenticators.noteUse,
    log,
    clock,
  });
  const codes = verifiers.createMailedCodes({ store, sealing, clock });
  const smsHome = () => {
    const { countries, default_country: defaultCountry } = snapshots.current().sms;
    return messages.textsLeave && countries.length > 0 ? { defaultCountry } : undefined;
  };
  const textedCodes = verifiers.createTextedCodes({
    codes,
    budget: createSmsBudget({
      sends: store.smsSends,
      recorder,
      settings: () => {
        const { countries, ...caps } = snapshots.current().sms;
        return { countries, limits: smsLimits(caps) };
      },
    }),
  });
  const factors = createFactors({
    textedCodes,
    smsHome,
    textSecondFactor: (phone, context) => messages.text(phone, 'second_factor', context),
    noteUse: store.authenticators.noteUse,
    webauthn,
    authenticatorsOf: store.authenticators.listFor,
    totp: verifiers.createTotp(),
    sealing,
    advance: store.authenticators.advance,
    houseName: needs.houseName,
    codes,
    mailSecondFactor: (context) =>
      mail('second_factor_code', context.user.email, { ...context, identifier: context.user.email }),
    useCode: store.recoveryCodes.use,
    codesLeft: store.recoveryCodes.left,
    usePass: store.accessPasses.use,
    recoveryDays: () => settings().account.recovery_days,
    waitOf: waiting.find,
    startWait: (user, days, context) => waiting.start(user, days, context),
    useWait: (userId, context) => waiting.use(userId, context),
    clock,
  });
  const { assess, keepDecision, countryOf } = await createDecisions({
    store,
    inForce: createPoliciesInForce(snapshots),
    reachable: () => factors.map((factor) => factor.gives),
    geoipDb: config.geoipDb,
    log,
    clock,
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
  const registerUser = createRegisterUser({ store, recorder });
  const federation = createFederation({
    config,
    opened,
    snapshots,
    fetch,
    sealing,
    signOut,
    tell,
    recorder,
    log,
    clock,
  });
  const addressOf = async (userId: string) => (await store.users.find(userId))?.email;

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
    registerUser,
    ...federation,
    findUserByEmail: store.users.findByEmail,
    updateUser: store.users.update,
    resetPassword,
    webauthn,
    findByCredential: store.authenticators.findByCredential,
  });
  const tasks = createTasks({
    textedCodes,
    smsHome,
    textVerification: (phone, context) => messages.text(phone, 'verify_phone', context),
    changePhone: changeContact.changePhone,
    findUserByEmail: store.users.findByEmail,
    changeEmail: changeContact.changeEmail,
    mailNewAddress: (email, isTaken, context) =>
      mail(isTaken ? 'already_registered' : 'verify_email', email, { ...context, identifier: email }),
    codes,
    mailVerification: (context) =>
      mail('verify_email', context.user.email, { ...context, identifier: context.user.email }),
    markEmailVerified: store.users.markEmailVerified,
    terms: (id) => snapshots.current().terms.get(id),
    checkPassword,
    passwordOf: async (userId) => (await store.passwords.find(userId))?.hash,
    minPasswordLength,
    hasher,
    resetPassword,
    accepted: store.acceptances.list,
    accept: async (userId, clientId, terms) => {
      await store.acceptances.accept(userId, clientId, terms);
      const accepted = terms.map(({ termsId: id, version }) => ({ id, version }));
      await recorder.record({ type: 'terms.accepted', userId, clientId, data: { terms: accepted } });
    },
    addAttributes: async (user, given) => void (await store.users.update(user.id, collectedChanges(user, given))),
  });
  const limits = signin.createLimits({ store, ephemeral, settings: () => settings().limits });
  const botCheck = verifiers.createBotCheck({
    settings: () => settings().bot_check,
    sealing,
    ephemeral,
    fetch,
    issuer: config.issuer,
    log,
    clock,
  });
  const sending = signin.createSending({
    limits,
    ephemeral,
    settings: () => settings().bot_check,
    verify: botCheck.verify,
  });
  const departures = signin.createDepartures({ ephemeral, sealing });
  const states = signin.createSignInStates({ ephemeral, sealing });
  const signIn = signin.createSignIn({
    methods,
    factors,
    tasks,
    states,
    limits,
    sending,
    assess,
    keepDecision,
    findUser: store.users.find,
    findPerson: store.users.findWithAuthenticators,
    aboutDevice: async (userId, device) =>
      device === undefined ? { known: false } : store.devices.about(userId, digest(device)),
    enroll: createEnrollAuthenticator({ store, recorder, tell }),
    departures,
    linkIdentity: federation.linkIdentity,
    noticeNewDevice: newDevices.seen,
    recorder,
    clock,
  });
  const resetByLink = signin.createResetByLink({
    limits,
    subjectOf: (id, secret) => codes.subjectOf('reset_link', id, secret),
    useUp: async (id, secret) => (await codes.check('reset_link', id, secret)).ok,
    findUser: store.users.find,
    checkPassword,
    hash: hasher.hash,
    resetPassword,
  });

  const accountPages = createAccountPages({
    ...needs,
    notices,
    links,
    signOut,
    changeContact,
    tell,
    reportCompromise: owners.reportCompromise,
    inUse: federation.inUse,
    unlink: federation.unlinkIdentity,
    assess,
    keepDecision,
    countryOf,
    factors,
    throttle: limits.throttle,
  });

  return {
    assess,
    keepDecision,
    countryOf,
    signOut,
    disownChange,
    changeContact,
    ...accountPages,
    tellOfNewDevice: newDevices.tell,
    hasher,
    minPasswordLength,
    addressOf,
    signIn,
    departures,
    federation,
    resetByLink,
    throttle: limits.throttle,
    botChallenge: (uid: string) => botCheck.challenge(digestText(uid)),
    knowsDevice: (userId: string, device: string) => store.devices.known(userId, digest(device)),
    rememberDevice: (userId: string, device: Uint8Array, trust: boolean) =>
      Promise.all([
        store.devices.remember(userId, device),
        trust ? store.trustedDevices.trust(userId, device) : undefined,
      ]),
  };
}
