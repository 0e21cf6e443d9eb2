import type { ArrivedIdentity } from '../accounts/index.ts';
import type { JsonObject, Sealing } from '../base/index.ts';
import { digestText } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import type { Ephemeral } from '../store/index.ts';

/** What is being asked at this moment; its answer is judged by what was remembered when it was asked. */
export interface Pending {
  kind: 'method' | 'factor' | 'enrollment' | 'task';
  name: string;
  view: string;
  show: JsonObject;
  remember: JsonObject;
}

/** One sign-in, from the first page to the last. Nothing of it counts before it is finished. */
export interface SignInState {
  /** The address somebody says is theirs. */
  identifier?: string;
  pending?: Pending;
  /** They were sent to another provider and have not come back; what they bring is judged by what was remembered. */
  away?: { method: string; remember: JsonObject };
  /** Where the browser goes at this moment; never kept. */
  leaving?: string;
  /** What they came by, to be added to the account of its owner as soon as that is proven, and to no other. */
  linking?: { owner: string; identity: ArrivedIdentity };
  /** They were shown what they are about to add, and want it: whoever led them here may not have been them. */
  linkConfirmed?: boolean;
  /** Who it is, once a method has found out. */
  userId?: string;
  /** What was proven in this sign-in; that of the session at hand is read anew at each step. */
  evidence: Evidence[];
  /** True when the session at hand goes on and only what is missing is asked for. */
  continuing?: boolean;
  /** Whom the evidence so far is about, while they are asked anew who they are. */
  about?: string;
  /** Somebody had signed in as this person from this browser before. */
  knownDevice?: boolean;
  /** What they were sent here to do is done. */
  purposeDone?: boolean;
  /** This browser need not be asked for a second factor again for a while. */
  trust?: boolean;
  /** Recovery codes are offered before the end: something was enrolled and there are none yet. */
  offersRecovery?: boolean;
  /** True while somebody who is signed in chooses whether to go on as who they are. */
  selecting?: boolean;
  /** True when the sessions of before were ended on the way (a password was reset). */
  endedSessions?: boolean;
  /** The decision that was kept last, and under which reference: the same one is not kept twice. */
  kept?: { decision: string; reference: string };
  /** What went wrong with the last answer, for the page that is shown next. */
  errors?: Record<string, string>;
  /** Seconds to wait, where an error says so. */
  retryAfter?: number;
  /** Nothing was sent, since it was not shown that no robot asks. */
  botCheck?: boolean;
  /** What was typed, to be shown again: never a password or a code. */
  values?: Record<string, string>;
}

export interface SignInStates {
  /** Undefined when nothing was answered yet. */
  load(uid: string): Promise<SignInState | undefined>;
  save(uid: string, state: SignInState): Promise<void>;
  drop(uid: string): Promise<void>;
}

/** Seconds; as long as the interaction it belongs to. */
const TTL = 3600;

/** Sealed, since it holds what people filled in. Losing it means to begin again. */
export function createSignInStates({ ephemeral, sealing }: { ephemeral: Ephemeral; sealing: Sealing }): SignInStates {
  const keyOf = (uid: string) => `sign-in:${digestText(uid)}`;
  return {
    async load(uid) {
      const stored = (await ephemeral.get(keyOf(uid))) as { sealed?: string } | undefined;
      if (typeof stored?.sealed !== 'string') return undefined;
      return JSON.parse(sealing.open(stored.sealed, keyOf(uid))) as SignInState;
    },
    async save(uid, state) {
      const key = keyOf(uid);
      await ephemeral.put({ key, value: { sealed: sealing.seal(JSON.stringify(state), key) }, ttl: TTL });
    },
    drop: (uid) => ephemeral.drop(keyOf(uid)),
  };
}
