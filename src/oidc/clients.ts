import type { AdapterPayload } from 'oidc-provider';
import { digestClientSecret, type JsonObject, sameText } from '../base/index.ts';
import type { PartialAdapter } from './adapters/adapter.ts';

/** What the provider needs to know about the apps and APIs an operator owns. Answers come from memory. */
export interface Directory {
  /** Registration metadata (OpenID Connect Registration 1.0 section 2) and our own fields; the secret is a digest. */
  client(id: string): ClientEntry | undefined;
  /** A resource server (RFC 8707) by its indicator. */
  api(indicator: string): ApiEntry | undefined;
  /** Dynamic registration (RFC 7591): keeps a new client; its answer comes when every reader here sees it. */
  registerClient(id: string, metadata: JsonObject): Promise<void>;
}

export interface ClientEntry {
  metadata: JsonObject;
  firstParty: boolean;
  /** Seconds within which a refresh can be asked for again when its answer was lost. */
  refreshTokenGrace: number;
  profile: 'fapi2' | undefined;
  /** The account pages: only their requests may say what somebody is sent here to do. */
  selfService: boolean;
}

export interface ApiEntry {
  indicator: string;
  scopes: string[];
  accessTokenFormat: 'jwt' | 'opaque';
  /** Seconds. */
  accessTokenTtl: number;
  /** Clients that may introspect its tokens. */
  introspectedBy: string[];
}

export function sameClientSecret(kept: string | undefined, given: string): boolean {
  return kept !== undefined && sameText(kept, digestClientSecret(given));
}

/** @param spendInitialToken uses the initial access token of the request up; throws when it was used before. */
export function clientAdapter(directory: Directory, spendInitialToken: () => Promise<void>): PartialAdapter {
  return {
    find: async (id) => directory.client(id)?.metadata as AdapterPayload | undefined,
    async upsert(id, metadata) {
      await spendInitialToken();
      const { client_secret: secret, ...rest } = metadata as JsonObject;
      const kept = typeof secret === 'string' ? { ...rest, client_secret: digestClientSecret(secret) } : rest;
      await directory.registerClient(id, kept);
    },
  };
}
