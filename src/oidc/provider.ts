import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { JWKS, KoaContextWithOIDC } from 'oidc-provider';
import { Provider } from 'oidc-provider';
import type { Assess } from '../access/index.ts';
import type { Json, Log, Sealing } from '../base/index.ts';
import { withEvidence } from '../policy/index.ts';
import type { Ephemeral, LiveSession, Store, User } from '../store/index.ts';
import { createAdapters } from './adapters/adapters.ts';
import { deviceInterval } from './adapters/device-code.ts';
import { userKey } from './adapters/grant.ts';
import { liveSessionKey } from './adapters/session.ts';
import { type Directory, sameClientSecret } from './clients.ts';
import { configuration } from './configuration.ts';
import { logRefusals } from './events.ts';
import { type Consent, createExistingGrant, readConsent } from './existing-grant.ts';
import { createGuard } from './guard.ts';
import { lifetimes } from './lifetimes.ts';
import { readEvidence } from './login-result.ts';
import { grantOfflineAccess } from './offline-access.ts';
import type { ProtocolPages } from './pages.ts';
import { clientIdOf, createRequestFacts, currentRequest, freshLoginOf } from './request-facts.ts';
import { signOutRoute } from './sign-out-route.ts';
import { createWorkTracker } from './work-tracker.ts';

export interface ProviderNeeds {
  issuer: string;
  store: Store;
  ephemeral: Ephemeral;
  sealing: Sealing;
  directory: Directory;
  assess: Assess;
  pages: ProtocolPages;
  registration: () => boolean;
  attributeNames: () => string[];
  fetch: typeof globalThis.fetch;
  log: Log;
  now: () => number;
  /** Called when a code or token was presented a second time. */
  onReuse: (about: { clientId: string | undefined; userId: string | undefined }) => Promise<void>;
  endSession: (uid: string) => Promise<unknown>;
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

  const guard = createGuard({
    assess: needs.assess,
    firstParty,
    userOf: (ctx) => findUser(ctx.oidc.session?.accountId ?? ''),
    async evidenceOf(ctx) {
      const live = await liveSessionOf(ctx);
      return withEvidence(live ? readEvidence(live.evidence) : [], freshLoginOf(ctx)?.evidence ?? []);
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
      adapter: createAdapters({ ...needs, ...createRequestFacts(needs), work, sessionLifetime: times.session }),
      secureCookies: issuer.startsWith('https:'),
      dpopNonceSecret: sealing.derive('dpop-nonce')[0],
      lifetimes: times,
      attributeNames: needs.attributeNames(),
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
  for (const one of [signOutRoute(needs.endSession), deviceInterval, middleware]) provider.use(one);
  return { provider, middleware: compose(provider.middleware as never) as Middleware };
}

const consentKey = (userId: string) => `Consent:${userId}`;
