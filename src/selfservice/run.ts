import type { Assess, Assessment, KeepDecision } from '../access/index.ts';
import type { Authenticator, FieldErrors, Form, User } from '../accounts/index.ts';
import { type Clock, epochSeconds, type JsonObject } from '../base/index.ts';
import { enrolledFacts, type Factor } from '../factors/index.ts';
import type { Action, Evidence } from '../policy/index.ts';
import type { Download, Section, Verb, Visitor } from './section.ts';

/** One request of somebody who has a live session. */
export interface Arriving {
  session: { uid: string; user: User; evidence: Evidence[]; knownDevice?: boolean | undefined };
  lang: string;
  ip: string;
  /** The address, or its /64, that limits count by. */
  network: string;
  userAgent: string;
}

/** They prove more first, at sign-in. @param purpose what they are sent there to do, besides signing in */
interface Prove {
  kind: 'prove';
  purpose?: string;
}

export type Shown = { kind: 'page'; model: JsonObject } | Prove;

export type Acted = { kind: 'done'; notice?: string; ended?: true } | { kind: 'refused'; errors: FieldErrors } | Prove;

export type Fetched = { kind: 'file'; file: Download } | Prove | { kind: 'unknown' };

/** A verb that there is, counted against the limits: nothing else can be acted on. */
export interface Admitted {
  verb: Verb;
}

export interface SelfService {
  /** Names of the pages, in the order of the menu. */
  sections: readonly string[];
  /** @throws Error for a section that there is not */
  show(section: string, arriving: Arriving, query: Form): Promise<Shown>;
  /**
   * Before anything of the request is read. Undefined for what there is not.
   * @throws AppError `too_many_tries` when an address asks too often.
   */
  admit(section: string, verb: string, network: string): Promise<Admitted | undefined>;
  act(admitted: Admitted, arriving: Arriving, form: Form, file?: Uint8Array): Promise<Acted>;
  fetch(section: string, name: string, arriving: Arriving, query: Form): Promise<Fetched>;
}

export interface SelfServiceNeeds {
  sections: readonly Section[];
  /** The client that these pages are. */
  client: () => { id: string; name: string };
  assess: Assess;
  keepDecision: KeepDecision;
  factors: readonly Pick<Factor, 'name' | 'gives'>[];
  authenticatorsOf: (userId: string) => Promise<Authenticator[]>;
  throttle: (network: string) => Promise<void>;
  clock: Clock;
}

/** The action that policy is asked about before anything that changes how people get in. */
const STEP_UP = 'account_change';

/** The phases that every verb goes through, in one order: limits, who it is, policy, proof, the act itself. */
export function createSelfService(needs: SelfServiceNeeds): SelfService {
  const { sections, assess, keepDecision, factors, throttle, clock } = needs;

  async function decide(arriving: Arriving, action: Action, authenticators: readonly Authenticator[]) {
    const { session, ip, userAgent } = arriving;
    const { user, evidence, knownDevice } = session;
    const enrolled = action === 'sign_in' ? {} : { enrolled: enrolledFacts(authenticators, factors) };
    const circumstances = { ip, userAgent, knownDevice };
    return assess({ action, user, clientId: needs.client().id, evidence, circumstances, ...enrolled });
  }

  const allowed = ({ decision }: Assessment) => decision.outcome === 'allow';

  /** Undefined when sign-in has to be gone through first. */
  async function enter(arriving: Arriving): Promise<Visitor | undefined> {
    const { session, lang, ip, userAgent } = arriving;
    const authenticators = await needs.authenticatorsOf(session.user.id);
    if (!allowed(await decide(arriving, 'sign_in', authenticators))) return undefined;
    const origin = { client: needs.client(), lang, ip, userAgent };
    return { user: session.user, authenticators, sessionUid: session.uid, now: epochSeconds(clock), origin };
  }

  /** What is refused is written down: a person, or whoever has their session, tried to change how they get in. */
  async function mayChange(arriving: Arriving, { authenticators }: Visitor): Promise<boolean> {
    const assessment = await decide(arriving, STEP_UP, authenticators);
    if (allowed(assessment)) return true;
    await keepDecision(assessment);
    return false;
  }

  const find = (name: string) => sections.find((one) => one.name === name);

  return {
    sections: sections.map(({ name }) => name),

    async show(name, arriving, query) {
      const section = find(name);
      if (!section) throw new Error(`there is no section ${name}`);
      const visitor = await enter(arriving);
      return visitor ? { kind: 'page', model: await section.show(visitor, query) } : { kind: 'prove' };
    },

    async admit(name, verbName, network) {
      const verb = own(find(name)?.verbs, verbName);
      if (!verb) return undefined;
      await throttle(network);
      return { verb };
    },

    async act({ verb }, arriving, form, file) {
      const visitor = await enter(arriving);
      if (!visitor) return { kind: 'prove' };
      if (verb.secures && !(await mayChange(arriving, visitor))) return { kind: 'prove', purpose: STEP_UP };
      const outcome = await verb.run(visitor, form, file);
      if (!outcome.ok) return { kind: 'refused', errors: outcome.errors };
      const { ok: _ok, purpose, ...done } = outcome;
      return purpose === undefined ? { kind: 'done', ...done } : { kind: 'prove', purpose };
    },

    async fetch(name, file, arriving, query) {
      const download = own(find(name)?.downloads, file);
      if (!download) return { kind: 'unknown' };
      await throttle(arriving.network);
      const visitor = await enter(arriving);
      if (!visitor) return { kind: 'prove' };
      if (!(await mayChange(arriving, visitor))) return { kind: 'prove', purpose: STEP_UP };
      const made = await download(visitor, query);
      return made ? { kind: 'file', file: made } : { kind: 'unknown' };
    },
  };
}

/** What is on a list by that name; not what every object has. */
function own<T>(list: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return list && Object.hasOwn(list, name) ? list[name] : undefined;
}
