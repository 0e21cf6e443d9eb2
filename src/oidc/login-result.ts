import type { Circumstances } from '../access/index.ts';
import type { Json, JsonObject } from '../base/index.ts';
import { assurance, type Evidence } from '../policy/index.ts';

/** What sign-in hands over when everything required is proven; the session and its row in PostgreSQL are made from it. */
export interface FreshLogin {
  evidence: Evidence[];
  /** When the person signed in, in seconds since the epoch: `auth_time`. */
  at: number;
  ip?: string | undefined;
  userAgent?: string | undefined;
  /** The browser was known before this sign-in. */
  knownDevice?: boolean | undefined;
}

/** The part of an interaction's result that the library knows, and `evidence`, which is ours and travels with it. */
export interface LoginResult {
  login: { accountId: string; acr: string; amr: string[]; ts: number; remember: boolean };
  evidence: Evidence[];
  from: Circumstances;
  /** What the request was for, and sign-in has seen through. */
  purpose?: string;
}

export interface ProvenLogin extends FreshLogin {
  userId: string;
  /** False: the session ends with the browser (a shared computer). */
  remember: boolean;
  /** True when a session was there at the beginning and was ended on the way: another person signed in, or a password was reset. */
  replacesSession: boolean;
  purpose?: string | undefined;
}

export function loginResult(proven: ProvenLogin): LoginResult {
  const { userId, evidence, at, remember, ip, userAgent, knownDevice, purpose } = proven;
  const { acr, amr } = assurance(evidence);
  if (!acr) throw new Error('a sign-in without evidence cannot be finished');
  return {
    login: { accountId: userId, acr, amr, ts: at, remember },
    evidence,
    from: { ip, userAgent, knownDevice },
    ...(purpose === undefined ? {} : { purpose }),
  };
}

/** Reads it back at resume, from `ctx.oidc.result`; undefined when the interaction was not about signing in. */
export function freshLogin(result: Partial<LoginResult> | undefined): FreshLogin | undefined {
  if (!result?.login || !result.evidence) return undefined;
  return { evidence: result.evidence, at: result.login.ts, ...result.from };
}

/** Evidence as it lies in a session's row: written by {@link loginResult} alone. */
export function readEvidence(stored: Json): Evidence[] {
  return Array.isArray(stored) ? (stored as unknown as Evidence[]) : [];
}

/** What stands behind a grant: policy is asked about it whenever something issued under it is used. */
export interface Proof {
  evidence: Evidence[];
  circumstances: Circumstances;
}

/** A grant from before proofs were kept has none, and proves nothing. */
export function readProof(stored: Json | undefined): Proof {
  const { evidence = [], circumstances = {} } = (stored ?? {}) as JsonObject;
  return { evidence: readEvidence(evidence), circumstances: circumstances as Circumstances };
}
