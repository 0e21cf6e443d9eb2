import type { User } from '../accounts/index.ts';
import type { Log } from '../base/index.ts';
import type { Action, Evidence, NetworkFacts, Signals, UserFacts } from '../policy/index.ts';
import type { Store } from '../store/index.ts';
import type { Circumstances } from './circumstances.ts';
import { devicePlatform } from './device-platform.ts';
import type { FindPlace } from './places.ts';

/** What is asked about. */
export interface Occasion {
  action: Action;
  /** Undefined when the user is not known or was deleted since. */
  user: User | undefined;
  clientId: string;
  evidence: readonly Evidence[];
  circumstances: Circumstances;
  /** Authentication context classes the app asks for; `essential` ones it insists on. */
  requested?: { acr: readonly string[]; essential: readonly string[] } | undefined;
  /** Factors the user has enrolled; asked for where another is to be enrolled or removed. */
  enrolled?: Signals['enrolled'];
}

export interface GatherNeeds {
  store: { acceptances: Pick<Store['acceptances'], 'list'>; passwords: Pick<Store['passwords'], 'find'> };
  /** Of a client that is known here. */
  clientTags: (clientId: string) => readonly string[] | undefined;
  networksOf: (ip: string) => { names: readonly string[]; trusted: boolean };
  place: FindPlace;
  /** Terms in force: the newest version of each. */
  terms: () => readonly { id: string; version: string }[];
  /** Facts that cost a look into the database, and whether any policy asks for them. */
  wanted: () => { terms: boolean; passwordChange: boolean };
  reachable: () => Signals['reachable'];
  now: () => number;
  log: Log;
  /** Milliseconds. A fact that does not come in time is not known, and what is not known counts in nobody's favour. */
  patience?: number;
}

/** Everything a decision may look at, gathered at once. Nothing that is missing is made up. */
export function createGather(needs: GatherNeeds): (occasion: Occasion) => Promise<Signals> {
  const { store, clientTags, networksOf, place, terms, wanted, reachable, now, log, patience = 1000 } = needs;

  async function userFacts(user: User): Promise<UserFacts> {
    const { id, email, disabled, emailVerified, phoneVerified, groups, attributes } = user;
    const facts: UserFacts = { id, disabled, emailVerified, phoneVerified, groups, attributes };
    if (email !== undefined) facts.email = email;
    const { terms: wantsTerms, passwordChange } = wanted();
    if (!wantsTerms && !passwordChange) return facts;
    const [accepted, password] = await Promise.all([
      wantsTerms ? inTime('terms', acceptedTerms(id)) : undefined,
      passwordChange ? inTime('password', store.passwords.find(id)) : undefined,
    ]);
    if (accepted) facts.acceptedTerms = accepted;
    if (password) facts.passwordChangedAt = password.changedAt;
    return facts;
  }

  async function acceptedTerms(userId: string): Promise<string[]> {
    const accepted = await store.acceptances.list(userId);
    const isAccepted = ({ id, version }: { id: string; version: string }) =>
      accepted.some((one) => one.termsId === id && one.version === version);
    return terms()
      .filter(isAccepted)
      .map(({ id }) => id);
  }

  async function inTime<T>(fact: string, asked: Promise<T>): Promise<T | undefined> {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      log.warn({ fact }, 'a signal did not come in time and counts as unknown');
      resolve(undefined);
    }, patience);
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }

  return async ({ action, user, clientId, evidence: given, circumstances, requested, enrolled }) => {
    const evidence = user ? given.filter((one) => counts(one, user)) : [];
    const { ip, userAgent, knownDevice } = circumstances;
    const tags = clientTags(clientId);
    const platform = userAgent === undefined ? undefined : devicePlatform(userAgent);
    const facts = user && (await userFacts(user));
    const network: NetworkFacts | undefined = ip === undefined ? undefined : { ip, ...networksOf(ip) };
    // The oldest proof that found out who it is: everything later was asked of somebody known.
    const first = evidence.find((one) => one.method !== undefined);
    return {
      action,
      at: now(),
      ...(facts && { user: facts }),
      ...(tags && { client: { id: clientId, tags } }),
      ...(network && ip !== undefined && { network, ...place(ip) }),
      ...(platform && { devicePlatform: platform }),
      ...(knownDevice !== undefined && { knownDevice }),
      // Until something reckons it, what the owner themselves said is all that is known.
      ...(user && { userRisk: user.risk ?? 'none' }),
      ...(first?.method !== undefined && { method: first.method }),
      ...(first && { identityProvider: first.identityProvider ?? null }),
      evidence,
      requestedAcr: requested?.acr ?? [],
      requiredAcr: requested?.essential ?? [],
      reachable: reachable(),
      ...(enrolled && { enrolled }),
    };
  };
}

/**
 * A password that was right before it was replaced proves nothing any more, nor does a key that was taken away, however
 * late the sign-in finishes and wherever its proof was kept.
 */
export function counts({ by, at, countsFrom, credential }: Evidence, user: User): boolean {
  const { nothingBefore, credentials } = user;
  // Proofs are dated in whole seconds, carried ones exactly.
  if (countsFrom === undefined ? at < Math.floor(nothingBefore) : countsFrom < nothingBefore) return false;
  const needed = credential ?? (by === 'password' ? by : undefined);
  return needed === undefined || credentials.includes(needed);
}
