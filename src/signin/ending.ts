import type { KeepDecision } from '../access/index.ts';
import type { NoticeNewDevice } from '../accounts/index.ts';
import type { Recorder } from '../audit/index.ts';
import { type Clock, epochSeconds } from '../base/index.ts';
import { assurance, withEvidence } from '../policy/index.ts';
import { type Found, trustedDevice } from './stand.ts';
import type { Finished, Visit } from './step.ts';

export interface EndingNeeds {
  recorder: Recorder;
  keepDecision: KeepDecision;
  noticeNewDevice: NoticeNewDevice['seen'];
  clock: Clock;
}

/** Writes a finished sign-in down, with the decision that allowed it, before anybody acts on it. */
export function createEnding({ recorder, keepDecision, noticeNewDevice, clock }: EndingNeeds) {
  return async ({ state, assessment }: Found, visit: Visit, userId: string): Promise<Finished> => {
    if (!assessment) throw new Error('a sign-in ends with a decision');
    const { session, client, lang, ip, userAgent, purpose } = visit;
    const at = epochSeconds(clock);
    const { trustDevice, persistent = true } = assessment.decision.session;
    const trust = state.trust === true && trustDevice !== undefined;
    const proven = trust ? withEvidence(state.evidence, [trustedDevice(at)]) : state.evidence;
    // What the same person proved before in this browser still stands, or a stepped-up session would be downgraded.
    const evidence = session?.userId === userId ? withEvidence(session.evidence, proven) : proven;
    const { acr, amr } = assurance(evidence);
    const { reference } = assessment;
    const data = { methods: evidence.map((one) => one.by), acr, amr, reference };
    const isNew = state.knownDevice === false && session?.userId !== userId;
    await Promise.all([
      keepDecision(assessment),
      isNew
        ? noticeNewDevice({ userId, origin: { client: { id: client.id, name: client.name }, lang, ip, userAgent } })
        : undefined,
      recorder.record({ type: 'user.signed_in', userId, clientId: client.id, ip, data }),
      trust ? recorder.record({ type: 'device.trusted', userId, clientId: client.id, ip, data: {} }) : undefined,
    ]);
    const { endedSessions = false, knownDevice = false } = state;
    return { userId, evidence, at, endedSessions, persistent, trust, knownDevice, purpose };
  };
}
