import { type Acr, type Decision, type Evidence, evaluate } from '../policy/index.ts';

export interface AssessRequest {
  /** Undefined when the user is not known or was deleted since. `nothingBefore`: seconds since the epoch. */
  user: { id: string; disabled: boolean; nothingBefore: number } | undefined;
  clientId: string;
  evidence: readonly Evidence[];
  /** Authentication context classes the app insists on; empty when it does not. */
  requiredAcr: readonly string[];
}

/** The one question that stands between a person and every token: sign-in, silent SSO and refresh all ask it. */
export type Assess = (request: AssessRequest) => Promise<Decision>;

/** @param reachableAcr what a person can reach here with the ways of signing in that exist. */
export function createAssess({ reachableAcr }: { reachableAcr: Acr }): Assess {
  return async ({ user, clientId, evidence, requiredAcr }) => {
    // A password that was right before it was replaced proves nothing any more, however late the sign-in finishes.
    const counting = evidence.filter((one) => user !== undefined && one.at >= user.nothingBefore);
    return evaluate({ user, client: { id: clientId }, evidence: counting, requiredAcr, reachableAcr });
  };
}
