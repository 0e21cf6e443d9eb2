import {
  type Assess,
  createAssess,
  createGather,
  createKeepDecision,
  type KeepDecision,
  openPlaces,
} from './access/index.ts';
import { type Clock, epochSeconds, type Log } from './base/index.ts';
import type { PoliciesInForce } from './management/index.ts';
import type { Signals } from './policy/index.ts';
import type { Store } from './store/index.ts';

export interface DecisionsNeeds {
  store: Store;
  /** What the operator has written, as it is at this moment. */
  inForce: PoliciesInForce;
  /** What second factors could prove here. */
  reachable: () => Signals['reachable'];
  geoipDb?: string | undefined;
  log: Log;
  clock: Clock;
}

export interface Decisions {
  assess: Assess;
  keepDecision: KeepDecision;
  /** ISO 3166-1 alpha-2, as far as the database of places knows. */
  countryOf: (ip: string) => string | undefined;
}

/** Puts together what decides, for the server and for the command line alike. */
export async function createDecisions(needs: DecisionsNeeds): Promise<Decisions> {
  const { store, inForce, reachable, geoipDb, log, clock } = needs;
  const place = await openPlaces(geoipDb);
  const gather = createGather({
    store,
    clientTags: inForce.tagsOf,
    networksOf: inForce.networksOf,
    place,
    terms: inForce.terms,
    wanted: inForce.wanted,
    reachable,
    now: () => epochSeconds(clock),
    log,
  });
  return {
    assess: createAssess({ gather, policies: inForce.policies }),
    keepDecision: createKeepDecision({ rows: store.decisions, log }),
    countryOf: (ip) => place(ip).country,
  };
}
