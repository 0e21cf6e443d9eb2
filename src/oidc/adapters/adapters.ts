import type { Adapter } from 'oidc-provider';
import type { Sealing } from '../../base/index.ts';
import type { Ephemeral, Store } from '../../store/index.ts';
import type { AdmitGrant } from '../admit-grant.ts';
import { clientAdapter, type Directory } from '../clients.ts';
import type { Proof } from '../login-result.ts';
import type { RequestFacts } from '../request-facts.ts';
import { mayBe } from '../token-lengths.ts';
import { type CurrentWork, completeAdapter, type PartialAdapter } from './adapter.ts';
import { deviceCodeAdapter } from './device-code.ts';
import { durableToken } from './durable-token.ts';
import { grantAdapter } from './grant.ts';
import { passing } from './passing.ts';
import { replayAdapter } from './replay.ts';
import { sessionAdapter } from './session.ts';
import { withGrant } from './with-grant.ts';

export interface AdapterNeeds extends RequestFacts {
  work: CurrentWork;
  store: Store;
  ephemeral: Ephemeral;
  sealing: Sealing;
  directory: Directory;
  now: () => number;
  admitted: AdmitGrant;
  /** What is proven at this moment, in the session of the request. */
  proof: () => Promise<Proof>;
  /** Seconds from the last sign-in to the absolute end of a session. */
  sessionLifetime: number;
}

/** Where each model of the library lives: the placement of DESIGN section 6, by name. */
export function createAdapters(needs: AdapterNeeds): (model: string) => Adapter {
  const { store, directory, now } = needs;
  const grace = (clientId: string) => directory.client(clientId)?.refreshTokenGrace ?? 0;
  const durable = (kind: string) => durableToken(kind, { ...needs, tokens: store.tokens, grace });

  const grantBound = (adapter: PartialAdapter) => withGrant(adapter, { ...needs, grants: store.grants });

  const models: Record<string, () => PartialAdapter> = {
    Session: () => sessionAdapter({ ...needs, liveSession: store.findLiveSession, lifetime: needs.sessionLifetime }),
    Grant: () => grantAdapter({ ...needs, grants: store.grants }),
    AuthorizationCode: () => durable('AuthorizationCode'),
    RefreshToken: () => durable('RefreshToken'),
    InitialAccessToken: () => durable('InitialAccessToken'),
    RegistrationAccessToken: () => durable('RegistrationAccessToken'),
    ReplayDetection: () => replayAdapter({ replayIds: store.replayIds, now }),
    Client: () => clientAdapter(directory, needs.spendInitialToken),
    AccessToken: () => grantBound(passing('AccessToken', needs)),
    ClientCredentials: () => passing('ClientCredentials', needs),
    Interaction: () => passing('Interaction', needs),
    DeviceCode: () => grantBound(deviceCodeAdapter(needs)),
    PushedAuthorizationRequest: () => passing('PushedAuthorizationRequest', needs),
  };

  return (model) => {
    const make = models[model];
    if (!make) throw new Error(`the provider asked for a model that has no place: ${model}`);
    const adapter = make();
    const find: PartialAdapter['find'] = async (value) => (mayBe(model, value) ? adapter.find(value) : undefined);
    return completeAdapter(model, { ...adapter, find });
  };
}
