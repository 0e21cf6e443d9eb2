import { createLinkIdentity, createUpstreamSignOut, type SignOut, type TellOfChange } from './accounts/index.ts';
import type { Recorder } from './audit/index.ts';
import { AppError, type Clock, type Log } from './base/index.ts';
import type { Config } from './config/index.ts';
import { createProviderFacts, type Snapshots } from './management/index.ts';
import type { OpenStore } from './store/index.ts';
import { createUpstreams } from './verifiers/index.ts';

export interface FederationNeeds {
  config: Config;
  opened: Pick<OpenStore, 'store' | 'ephemeral'>;
  snapshots: Pick<Snapshots, 'current'>;
  /** The guarded one. */
  fetch: typeof globalThis.fetch;
  signOut: SignOut;
  tell: TellOfChange;
  recorder: Recorder;
  log: Log;
  clock: Clock;
}

/** Upstream providers: who there is, how each is spoken to, and whom they have vouched for. */
export function createFederation({
  config,
  opened,
  snapshots,
  fetch,
  signOut,
  tell,
  recorder,
  log,
  clock,
}: FederationNeeds) {
  const { store } = opened;
  const upstreams = createUpstreams({ fetch, callback: `${config.issuer}/federation/callback`, clock, log });
  const identities = createLinkIdentity({ store, recorder, tell });
  const upstreamSignOut = createUpstreamSignOut({ store, signOut });

  function upstreamOf(id: string) {
    const provider = snapshots.current().identityProviders.get(id);
    if (!provider?.enabled) throw new AppError('provider_unavailable', 404, `there is no identity provider ${id}`);
    return upstreams.of(provider);
  }

  function noteRefusal(provider: string, reason: string, detail?: string): void {
    log.warn({ provider, reason, detail }, 'an upstream provider was not believed');
  }

  return {
    upstreamOf,
    noteRefusal,
    identityProviders: createProviderFacts(snapshots.current),
    findIdentity: store.identities.find,
    noteIdentityUse: store.identities.noteUse,
    linkIdentity: identities.link,

    /** A logout token of a provider (Back-Channel Logout 1.0 section 2.5). @returns false for one that is not believed. */
    async endUpstream(id: string, logoutToken: string): Promise<boolean> {
      const read = await upstreamOf(id).readLogout?.(logoutToken);
      if (!read?.ok) {
        noteRefusal(id, read?.reason ?? 'logout_unknown', read?.detail);
        return false;
      }
      const { ok: _ok, ...end } = read;
      await upstreamSignOut({ provider: id, ...end });
      return true;
    },
  };
}
