import type { z } from 'zod';
import type { Log, Sealing } from '../base/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Notices, ResourceRow, Store } from '../store/index.ts';
import { SNAPSHOT_CHANNEL } from '../store/index.ts';
import { accountClient } from './account-client.ts';
import type { ApiResource } from './apis.ts';
import type { AttributeResource } from './attributes.ts';
import type { brandSchema } from './brand.ts';
import { ACCOUNT_CLIENT, type ClientResource } from './clients.ts';
import { ONLY } from './document.ts';
import type { IdentityProviderResource } from './identity-providers.ts';
import { createKeptSecrets } from './kept-secrets.ts';
import { compileNetworks, type NetworkResource, type NetworksOf } from './networks.ts';
import { compilePolicies } from './policies.ts';
import { defaultSettings, type SettingsResource } from './settings.ts';
import { defaultSms, type SmsResource } from './sms.ts';
import type { TermsResource } from './terms.ts';

/** What every request reads of the operator's resources: in memory, never changed, replaced whole. */
export interface Snapshot {
  version: number;
  settings: SettingsResource;
  sms: SmsResource;
  branding: z.output<typeof brandSchema>;
  /** With the account pages, which are a client of the house. */
  clients: ReadonlyMap<string, ClientResource>;
  apis: ReadonlyMap<string, ApiResource>;
  /** Those that are switched off, too. */
  identityProviders: ReadonlyMap<string, IdentityProviderResource>;
  terms: ReadonlyMap<string, TermsResource>;
  attributes: ReadonlyMap<string, AttributeResource>;
  policies: readonly Policy[];
  networksOf: NetworksOf;
}

export interface Snapshots {
  current(): Snapshot;
  /** Reads everything anew. Of calls that overlap, the last one sees what was written before it. */
  reload(): Promise<void>;
  stop(): void;
}

export interface SnapshotsNeeds {
  issuer: string;
  store: Pick<Store, 'resources'>;
  notices: Pick<Notices, 'subscribe'>;
  sealing: Pick<Sealing, 'seal' | 'open'>;
  /** After each change, before anybody is told that it is in force: keys are read anew as well. */
  onChange: (snapshot: Snapshot) => Promise<void>;
  log: Log;
}

/** Milliseconds: how old a snapshot can get when a notice was lost. */
const NET = 5000;

export async function openSnapshots(needs: SnapshotsNeeds): Promise<Snapshots> {
  const { issuer, store, notices, onChange, log } = needs;
  const secrets = createKeptSecrets(needs);
  let snapshot = await read();
  let last: Promise<void> = Promise.resolve();

  async function read(): Promise<Snapshot> {
    // The version first: what is read after it is never older than it says.
    const version = await store.resources.snapshotVersion();
    return snapshotOf(version, (await store.resources.all()).map(secrets.open), issuer);
  }

  function reload(): Promise<void> {
    last = last
      .catch(() => undefined)
      .then(async () => {
        snapshot = await read();
        await onChange(snapshot);
      });
    return last;
  }

  async function catchUp(): Promise<void> {
    try {
      if ((await store.resources.snapshotVersion()) !== snapshot.version) await reload();
    } catch (error) {
      log.warn({ cause: (error as Error).message }, 'the snapshot of resources could not be read');
    }
  }

  const unsubscribe = await notices.subscribe(SNAPSHOT_CHANNEL, () => void catchUp());
  const timer = setInterval(() => void catchUp(), NET).unref();
  return {
    current: () => snapshot,
    reload,
    stop() {
      clearInterval(timer);
      unsubscribe();
    },
  };
}

function snapshotOf(version: number, rows: readonly ResourceRow[], issuer: string): Snapshot {
  const all = <Body>(kind: string) =>
    new Map(rows.filter((row) => row.kind === kind).map((row) => [row.id, row.body as unknown as Body] as const));
  return {
    version,
    // What an older version kept knows nothing of newer settings.
    settings: { ...defaultSettings, ...all<Partial<SettingsResource>>('settings').get(ONLY) },
    sms: { ...defaultSms, ...all<Partial<SmsResource>>('sms').get(ONLY) },
    branding: all<Snapshot['branding']>('branding').get(ONLY) ?? {},
    clients: new Map([...all<ClientResource>('client'), [ACCOUNT_CLIENT, accountClient(issuer)]]),
    apis: all('api'),
    identityProviders: all('identity_provider'),
    terms: all('terms'),
    attributes: all('attribute'),
    policies: compilePolicies(rows.filter((row) => row.kind === 'policy').map((row) => row.body)),
    networksOf: compileNetworks([...all<NetworkResource>('network').values()]),
  };
}
