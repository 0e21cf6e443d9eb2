import type { ClientDemands } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Choice } from '../methods/index.ts';
import type { Evidence } from '../policy/index.ts';

/** Who is signed in already, read anew for each request: undefined as soon as it has ended. */
export interface CurrentSession {
  uid: string;
  userId: string;
  email?: string | undefined;
  evidence: Evidence[];
  knownDevice?: boolean | undefined;
}

/** What the provider asked for and who asks: the circumstances of one request of a sign-in. */
export interface Visit {
  /** The interaction's uid: names this sign-in. */
  uid: string;
  prompt: string;
  client: ClientDemands;
  /** `login_hint`, or the address of the person of whom new proof is asked. */
  hint: string | undefined;
  /** The upstream provider that the app suggests. */
  providerHint: string | undefined;
  /** What the account pages sent them here to do. */
  purpose: string | undefined;
  /** The app asks for new proof, whatever session there is (`prompt=login`, `max_age`). */
  fresh: boolean;
  /** Authentication context classes the app asks for; `essential` ones it insists on. */
  requested: { acr: readonly string[]; essential: readonly string[] };
  session: CurrentSession | undefined;
  /** The session may go on once what policy misses is proven; false where everything is to be proven anew. */
  continues: boolean;
  lang: string;
  ip: string;
  /** The address, or its /64, that limits count by. */
  network: string;
  /** What the form brought to show that no robot sent it; empty when nothing. */
  botCheck: string;
  userAgent: string;
  /** The cookie of this browser, if it brought one. */
  device: string | undefined;
}

/** What a person sees next, as data: the page and the JSON answer are both made from it. */
export interface Step {
  view: string;
  show: JsonObject;
  /** The address somebody says is theirs; "Not you?" forgets it. */
  identifier: string | undefined;
  /** Language keys by field; `''` is the form as a whole. */
  errors: Record<string, string>;
  /** Seconds to wait, where an error says so. */
  retryAfter: number | undefined;
  /** What was typed before, to be shown again. */
  values: Record<string, string>;
  /** Other ways that could be chosen now. */
  alternatives: string[];
  /** Ways that are many, each with a choice: providers. */
  choices: (Choice & { method: string })[];
  /** Days for which this browser can be trusted, where policy allows it. */
  trustDays: number | undefined;
  /** The page has to carry a bot check. */
  botCheck: boolean;
  /** Saying an address leads on: to a method of this house, or to where the address is at home. */
  canIdentify: boolean;
  canRegister: boolean;
  canRecover: boolean;
}

/** Everything required is proven, and nothing is owed. */
export interface Finished {
  userId: string;
  /** That of the session which goes on included. */
  evidence: Evidence[];
  /** Seconds since the epoch. */
  at: number;
  endedSessions: boolean;
  /** False: the session ends with the browser. */
  persistent: boolean;
  /** This browser is to be remembered as one that need not prove a second factor for a while. */
  trust: boolean;
  knownDevice: boolean;
  /** That of the visit, seen through as far as could be. */
  purpose: string | undefined;
}

export type Outcome =
  | { kind: 'step'; step: Step }
  | { kind: 'finished'; finished: Finished }
  /** To another provider, from which they come back. */
  | { kind: 'leaving'; location: string }
  /** The person goes on as who they are (`prompt=select_account`). */
  | { kind: 'selected' }
  /** Nobody could meet what the app asks for; it is told so. */
  | { kind: 'unreachable' };
