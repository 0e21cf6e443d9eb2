import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { JWKS, KoaContextWithOIDC } from 'oidc-provider';
import { Provider } from 'oidc-provider';
import { type Assess, type KeepDecision, rowOf } from '../access/index.ts';
import type { Json, Log, Sealing } from '../base/index.ts';
import { acrValues, withEvidence } from '../policy/index.ts';
import type { Ephemeral, LiveSession, Store, User } from '../store/index.ts';
import { createAdapters } from './adapters/adapters.ts';
import { deviceInterval } from './adapters/device-code.ts';
import { userKey } from './adapters/grant.ts';
import { liveSessionKey } from './adapters/session.ts';
import { createAdmitGrant } from './admit-grant.ts';
import { type Directory, sameClientSecret } from './clients.ts';
import { configuration } from './configuration.ts';
import { logRefusals } from './events.ts';
import { type Consent, createExistingGrant, readConsent } from './existing-grant.ts';
import { createGuard } from './guard.ts';
import { lifetimes } from './lifetimes.ts';
import { type Proof, readEvidence } from './login-result.ts';
import { grantOfflineAccess } from './offline-access.ts';
import type { ProtocolPages } from './pages.ts';
import { clientIdOf, createRequestFacts, currentRequest, freshLoginOf } from './request-facts.ts';
import type { AcrAliases } from './requested-acr.ts';
import { type SignOutRouteNeeds, signOutRoute } from './sign-out-route.ts';
import { createWorkTracker } from './work-tracker.ts';

export interface ProviderNeeds {
  issuer: string;
  store: Store;
  ephemeral: Ephemeral;
  sealing: Sealing;
  directory: Directory;
  assess: Assess;
  keepDecision: KeepDecision;
  pages: ProtocolPages;
  registration: () => boolean;
  attributeNames: () => string[];
  acrAliases: () => AcrAliases;
  fetch: typeof globalThis.fetch;
  log: Log;
  now: () => number;
  /** Called when a code or token was presented a second time. */
  onReuse: (about: { clientId: string | undefined; userId: string | undefined }) => Promise<void>;
  endSession: SignOutRouteNeeds['endSession'];
  onward: SignOutRouteNeeds['onward'];
  cookieKeys: string[];
}

/** One generation of the library's provider; a change of keys makes another behind the same middleware. */
export interface Generation {
  provider: Provider;
  middleware: Middleware;
}

export function createGeneration(needs: ProviderNeeds, jwks: JWKS): Generation {
  const { issuer, store, sealing, directory, log, now } = needs;
  const times = lifetimes(now);
  const { work, middleware, failed } = createWorkTracker({ ...needs, current: currentRequest });
  const firstParty = (clientId: string) => directory.client(clientId)?.firstParty ?? false;

  /** The user and their consent to the client of the request, unless a token or session has brought them along. */
  function findUser(id: string): Promise<User | undefined> {
    return work().once(userKey(id), async () => {
      const subject = await store.findSubject(id, clientIdOf(currentRequest()) ?? '');
      work().remember(consentKey(id), subject?.consent);
      return subject?.user;
    });
  }

  /** The session as it was found, if anybody is signed in. */
  function liveSessionOf({ oidc }: KoaContextWithOIDC): Promise<LiveSession | undefined> {
    return work().once<LiveSession | undefined>(liveSessionKey(oidc.session?.uid ?? ''), async () => undefined);
  }

  /** What the session's person has proven, the sign-in that just finished included, and what it is like now. */
  async function proofOf(ctx: KoaContextWithOIDC): Promise<Proof> {
    const [live, fresh] = [await liveSessionOf(ctx), freshLoginOf(ctx)];
    const knownDevice = fresh ? fresh.knownDevice : live?.knownDevice;
    return {
      evidence: withEvidence(live ? readEvidence(live.evidence) : [], fresh?.evidence ?? []),
      circumstances: { ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 300), knownDevice },
    };
  }

  const admitted = createAdmitGrant({
    ...needs,
    refreshing: () => currentRequest()?.oidc.route === 'token',
  });

  const guard = createGuard({
    assess: needs.assess,
    acrAliases: needs.acrAliases,
    firstParty,
    async personOf(ctx) {
      const [user, { evidence, circumstances }] = await Promise.all([
        findUser(ctx.oidc.session?.accountId ?? ''),
        proofOf(ctx),
      ]);
      return { user, evidence, circumstances };
    },
    decided(ctx, assessment) {
      // Whoever is asked for more is decided about again by sign-in, and what it allowed it has kept.
      const bySignIn = freshLoginOf(ctx) !== undefined || assessment.decision.outcome === 'step_up';
      if (!bySignIn && ctx.oidc.result === undefined) work().writes.decisions.push(rowOf(assessment));
    },
  });

  const existingGrant = createExistingGrant({
    firstParty,
    async consentOf(ctx) {
      const id = ctx.oidc.session?.accountId ?? '';
      const find = () => store.consents.find(id, clientIdOf(ctx) ?? '');
      return readConsent(
        (await liveSessionOf(ctx))?.consent ?? (await work().once<Json | Consent | undefined>(consentKey(id), find)),
      );
    },
  });

  const provider = new Provider(
    issuer,
    configuration({
      ...needs,
      jwks,
      guard,
      existingGrant,
      findUser,
      adapter: createAdapters({
        ...needs,
        ...createRequestFacts(needs),
        work,
        admitted,
        proof: () => {
          const ctx = currentRequest();
          if (!ctx) throw new Error('a grant is given in a request');
          return proofOf(ctx);
        },
        sessionLifetime: times.session,
      }),
      secureCookies: issuer.startsWith('https:'),
      dpopNonceSecret: sealing.derive('dpop-nonce')[0],
      lifetimes: times,
      attributeNames: needs.attributeNames(),
      acrNames: [...acrValues, ...Object.keys(needs.acrAliases())],
      registration: needs.registration(),
    }),
  );

  grantOfflineAccess(provider, firstParty);
  logRefusals(provider, log);
  provider.on('server_error', failed);
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = async function (given: string) {
    return sameClientSecret(this.clientSecret, given);
  };
  // Every kind of ending a session sends logout tokens by the outbox, with retries; here it would be once, and waited for.
  provider.Client.prototype.backchannelLogout = async () => undefined;
  for (const one of [signOutRoute({ ...needs, leave: needs.pages.leave }), deviceInterval, middleware])
    provider.use(one);
  return { provider, middleware: compose(provider.middleware as never) as Middleware };
}

const consentKey = (userId: string) => `Consent:${userId}`;
