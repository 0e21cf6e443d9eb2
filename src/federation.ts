import { createLinkIdentity, createUpstreamSignOut, type SignOut, type TellOfChange } from './accounts/index.ts';
import type { Recorder } from './audit/index.ts';
import { AppError, type Clock, type Log, type Sealing } from './base/index.ts';
import type { Config } from './config/index.ts';
import { createProviderFacts, type Snapshots } from './management/index.ts';
import type { Evidence } from './policy/index.ts';
import type { OpenStore } from './store/index.ts';
import { createUpstreams, samlMetadata } from './verifiers/index.ts';

export interface FederationNeeds {
  config: Config;
  opened: Pick<OpenStore, 'store' | 'ephemeral'>;
  snapshots: Pick<Snapshots, 'current'>;
  /** The guarded one. */
  fetch: typeof globalThis.fetch;
  sealing: Pick<Sealing, 'seal' | 'open'>;
  signOut: SignOut;
  tell: TellOfChange;
  recorder: Recorder;
  log: Log;
  clock: Clock;
}

const SIGNED_OUT = 'signed-out-upstream';

/** Upstream providers: who there is, how each is spoken to, and whom they have vouched for. */
export function createFederation(needs: FederationNeeds) {
  const { config, opened, snapshots, fetch, sealing, signOut, tell, recorder, log, clock } = needs;
  const { store } = opened;
  const callback = `${config.issuer}/federation/callback`;
  const upstreams = createUpstreams({ fetch, callback, claimOnce: store.replayIds.claim, clock, log });
  const inUse = (id: string) => snapshots.current().identityProviders.get(id)?.enabled === true;
  const identities = createLinkIdentity({ store, recorder, tell, inUse });
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
    inUse,
    upstreamOf,
    noteRefusal,
    /** Ours as a service provider of SAML. */
    samlMetadata: () => samlMetadata({ entityId: `${config.issuer}/federation/saml`, callback }),
    identityProviders: createProviderFacts(snapshots.current),
    findIdentity: store.identities.find,
    noteIdentityUse: store.identities.noteUse,
    linkIdentity: identities.link,
    unlinkIdentity: identities.unlink,

    /** Where the browser signs out at the provider it came by, if the operator wants that passed on. */
    async signOutUpstream(evidence: readonly Evidence[], returnTo: string): Promise<string | undefined> {
      const id = evidence.findLast((one) => one.identityProvider !== undefined)?.identityProvider;
      const provider = id === undefined ? undefined : snapshots.current().identityProviders.get(id);
      if (!provider?.enabled || !provider.sign_out_upstream) return undefined;
      const state = sealing.seal(returnTo, SIGNED_OUT);
      return upstreams.of(provider).logoutUrl?.({ returnTo: `${config.issuer}/federation/signed-out`, state });
    },

    /** Where somebody goes who comes back from signing out there; undefined for what we did not say. */
    signedOutUpstream(state: string): string | undefined {
      try {
        return sealing.open(state, SIGNED_OUT);
      } catch {
        return undefined;
      }
    },

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
