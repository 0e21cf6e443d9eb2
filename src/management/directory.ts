import type { AttributeDemand, ClientDemands } from '../accounts/index.ts';
import type { Recorder } from '../audit/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { attributeDemand } from './attributes.ts';
import { ACCOUNT_CLIENT, type ClientResource, clients, registrationMetadata } from './clients.ts';
import type { Snapshot, Snapshots } from './snapshot.ts';

/** A client as a page shows it, and what it demands of people. */
export interface ClientFace {
  demands: ClientDemands;
  brand: Snapshot['branding'];
  logo_uri?: string;
  uri?: string;
  policy_uri?: string;
  tos_uri?: string;
}

export type Directory = ReturnType<typeof createDirectory>;

export interface DirectoryNeeds {
  store: Pick<Store, 'tx'>;
  snapshots: Snapshots;
  recorder: Recorder;
}

/** What other rooms ask of the snapshot. Derived things are computed once per snapshot. */
export function createDirectory({ store, snapshots, recorder }: DirectoryNeeds) {
  const faces = new WeakMap<Snapshot, Map<string, ClientFace>>();
  const metadata = new WeakMap<ClientResource, JsonObject>();

  function metadataOf(client: ClientResource): JsonObject {
    const known = metadata.get(client) ?? registrationMetadata(client as unknown as JsonObject);
    metadata.set(client, known);
    return known;
  }

  return {
    client(id: string) {
      const client = snapshots.current().clients.get(id);
      if (!client) return undefined;
      const { first_party: firstParty, refresh_token_grace: refreshTokenGrace, profile } = client;
      const selfService = id === ACCOUNT_CLIENT;
      return { metadata: metadataOf(client), firstParty, refreshTokenGrace, profile, selfService };
    },

    api(indicator: string) {
      const api = snapshots.current().apis.get(indicator);
      if (!api) return undefined;
      const {
        scopes,
        access_token_format: accessTokenFormat,
        access_token_ttl: accessTokenTtl,
        introspected_by: introspectedBy,
      } = api;
      return { indicator, scopes, accessTokenFormat, accessTokenTtl, introspectedBy };
    },

    async registerClient(id: string, body: JsonObject): Promise<void> {
      const { client_id_issued_at: _issued, client_secret_expires_at: _expires, client_secret: kept, ...given } = body;
      // Whoever registers by themselves is a stranger: what we add is what strangers get, and consent is asked for.
      const { client_secret: _none, ...parsed } = clients.schema.parse(
        registrationMetadata({ ...given, client_id: id }),
      );
      const by = 'registration';
      await store.tx(async (within) => {
        const client = kept === undefined ? parsed : { ...parsed, client_secret: kept };
        const version = await within.resources.put('client', id, client, by, by);
        const data = { kind: 'client', id, change: 'put', version, by } as const;
        await recorder.within(within, { type: 'resource.changed', data });
      });
      await snapshots.reload();
    },

    /** Every look there is, by whose it is. */
    brands(): [name: string, brand: Snapshot['branding']][] {
      const { branding, clients: all } = snapshots.current();
      const ofClients = [...all.keys()].flatMap((id): [string, Snapshot['branding']][] => {
        const face = this.face(id);
        return face ? [[`client ${id}`, face.brand]] : [];
      });
      return [['branding', branding], ...ofClients];
    },

    face(id: string): ClientFace | undefined {
      const snapshot = snapshots.current();
      const known = faces.get(snapshot) ?? new Map<string, ClientFace>();
      faces.set(snapshot, known);
      const client = snapshot.clients.get(id);
      if (!client) return undefined;
      const face = known.get(id) ?? faceOf(client, snapshot);
      known.set(id, face);
      return face;
    },
  };
}

function faceOf(client: ClientResource, { branding, terms, attributes }: Snapshot): ClientFace {
  const wanted = client.attributes.map((one) => (typeof one === 'string' ? { name: one, required: true } : one));
  const demanded = wanted.map(({ name, required }) => attributeDemand(name, required, (own) => attributes.get(own)));
  const demands: ClientDemands = {
    id: client.client_id,
    // The account pages are the house's own: they go by its name, where it has one.
    name: client.client_name ?? (client.client_id === ACCOUNT_CLIENT ? (branding.title ?? '') : client.client_id),
    methods: client.methods,
    identityProviders: client.identity_providers,
    registration: client.registration,
    attributes: demanded.filter((one): one is AttributeDemand => one !== undefined),
    terms: client.terms.flatMap((id) => terms.get(id) ?? []),
  };
  const { logo_uri, client_uri: uri, policy_uri, tos_uri } = client;
  const links = Object.entries({ logo_uri, uri, policy_uri, tos_uri }).filter(([, value]) => value !== undefined);
  return { demands, brand: { ...branding, ...client.branding }, ...Object.fromEntries(links) };
}
