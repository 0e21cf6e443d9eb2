import type { Authenticator, ChangeOrigin, FieldErrors, Form, User } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';

/** Somebody on their account pages, read anew for each request. */
export interface Visitor {
  user: User;
  /** All they have enrolled, the oldest first. */
  authenticators: readonly Authenticator[];
  /** The session they are here with. */
  sessionUid: string;
  /** Seconds since the epoch. */
  now: number;
  origin: ChangeOrigin;
}

export type Done =
  /** `notice` is a language key. `purpose`: they are sent to sign-in to do it there. `ended`: they are signed out by it. */
  { ok: true; notice?: string; purpose?: string; ended?: true } | { ok: false; errors: FieldErrors };

/** One thing that can be done. It takes the fields it knows and no others, and finds things by the visitor's id and theirs. */
export interface Verb {
  /** It changes how people get in, or gives away what is held about them: the best proof they have comes first. */
  secures: boolean;
  /** Its form may hold a file. */
  takesFile?: true;
  /** @param file what was uploaded with the form */
  run(visitor: Visitor, form: Form, file?: Uint8Array): Promise<Done>;
}

export interface Download {
  filename: string;
  type: string;
  body: string;
}

/** One page of the account. What is the same for all (who it is, policy, limits, proof) happens round it. */
export interface Section {
  /** The last part of its address. */
  name: string;
  /** True when there is nothing in it and nothing can be: menus leave it out. */
  empty?(visitor: Visitor): Promise<boolean>;
  show(visitor: Visitor, query: Form): Promise<JsonObject>;
  verbs: Readonly<Record<string, Verb>>;
  /** What can be fetched, by name: the best proof they have comes first, always. */
  downloads?: Readonly<Record<string, (visitor: Visitor, query: Form) => Promise<Download | undefined>>>;
}

export const done = (notice: string): Done => ({ ok: true, notice });
export const refused = (field: string, error: string): Done => ({ ok: false, errors: { [field]: error } });
/** The thing is not there, or is somebody else's: the same words for both. */
export const notFound: Done = { ok: false, errors: { '': 'not_found' } };

/** A verb that leads to sign-in, which asks for proof itself. */
export function leadsTo(purposeOf: (form: Form) => string): Verb {
  return { secures: false, run: async (_visitor, form) => ({ ok: true, purpose: purposeOf(form) }) };
}
