import type { ArrivedIdentity, ClientDemands, FieldErrors, Form } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';

/** The circumstances of a sign-in that a method may know. It is given no request, session or cookie. */
export interface MethodContext {
  client: ClientDemands;
  /** The address somebody says is theirs. */
  identifier: string | undefined;
  /** Language tag for what is mailed. */
  lang: string;
  ip: string;
  userAgent: string;
  /** Names this sign-in; codes for it void each other and no other's. */
  signInId: string;
  /** Who is signed in and adds this way in to their account: then it finds out nobody. */
  linksTo?: string | undefined;
}

/** What a method that sends people elsewhere is told besides. */
export interface Sending {
  /** Which of the method's choices was made. */
  choice: string;
  /** New proof is asked for, whatever was proven elsewhere before. */
  fresh: boolean;
  /** Names whoever is sent away: the address they come back to knows them by it, once. */
  awaitReturn(): Promise<string>;
}

/** A page to show, and what to remember (sealed, on the server) until it is answered. */
export interface Begun {
  view: string;
  show: JsonObject;
  remember: JsonObject;
}

/** The browser goes elsewhere, and comes back with an answer. */
export interface Leaving {
  redirect: string;
  remember: JsonObject;
}

/** An expected no. `errors` are language keys by field; `''` is the form as a whole. */
export interface Refused {
  ok: false;
  reason: string;
  errors: FieldErrors;
  /** What is shown anew beside the errors, when it changed. */
  begun?: Begun;
  /** Whose word was not accepted, where it was a provider's. */
  provider?: string;
}

export interface Proven {
  ok: true;
  userId: string;
  evidence: Evidence[];
  /** True when the sessions that were there before have been ended on the way. */
  endedSessions?: boolean;
  /** The address whose password was replaced: what was guessed at the old one counts no more. */
  newPasswordOf?: string;
}

/** Somebody new, whose address has an account: they prove that it is theirs, and what they came by is added to it. */
export interface ToLink {
  ok: 'link';
  /** The user it may be added to, and no other. */
  owner: string;
  identifier: string;
  identity: ArrivedIdentity;
}

export type MethodOutcome = Proven | Refused | ToLink | { ok: 'more'; begun: Begun };

/** One of several of a kind: a provider, by the operator's name for it, with the name people know and whose it is. */
export interface Choice {
  choice: string;
  label: string;
  type: string;
  /** Some addresses are at home there. */
  hasDomains: boolean;
}

/**
 * A way to find out who somebody is. What is the same for all (limits, audit, expiry, policy) happens round it and
 * cannot be forgotten by it.
 */
export interface SignInMethod {
  name: string;
  /** True when an app can list it in `methods` and a person can choose it once their address is known. */
  choosable: boolean;
  offered(client: ClientDemands): boolean;
  /** The address whose secret an answer may be a guess at: wrong ones are counted for it, with growing delays. */
  guessesAt(context: MethodContext, form: Form, remembered: JsonObject): string | undefined;
  /** The address to which a message goes next: when the method begins (no form), or with this answer. */
  sendsTo(context: MethodContext, form?: Form, remembered?: JsonObject): string | undefined;
  /**
   * What the first page carries of it, for a method that needs no address: it can be answered there at once. Looking at the
   * page keeps nothing, so what it shows has to judge its answer by itself.
   */
  upfront?(context: MethodContext): Promise<JsonObject>;
  /** Of a method that is many: which there are, in the app's order. Each can be chosen before anybody has said who they are. */
  choices?(client: ClientDemands): Choice[];
  /** The choice that an address belongs to, whoever has it. */
  homeOf?(client: ClientDemands, email: string): string | undefined;
  begin(context: MethodContext, sending?: Sending): Promise<Begun | Leaving | Refused>;
  complete(context: MethodContext, form: Form, remembered: JsonObject): Promise<MethodOutcome>;
}

export function refused(field: string, key: string): Refused {
  return { ok: false, reason: key, errors: { [field]: key } };
}
