import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { JWKS, KoaContextWithOIDC } from 'oidc-provider';
import { errors, Provider } from 'oidc-provider';
import type { Assess } from '../access/index.ts';
import type { Log, Sealing } from '../base/index.ts';
import { withEvidence } from '../policy/index.ts';
import type { Ephemeral, LiveSession, Store, User } from '../store/index.ts';
import { createAdapters } from './adapters/adapters.ts';
import { deviceInterval } from './adapters/device-code.ts';
import { spendToken } from './adapters/durable-token.ts';
import { userKey } from './adapters/grant.ts';
import { liveSessionKey } from './adapters/session.ts';
import { type Directory, sameClientSecret } from './clients.ts';
import { configuration } from './configuration.ts';
import { logRefusals } from './events.ts';
import { createExistingGrant, readConsent } from './existing-grant.ts';
import { createGuard } from './guard.ts';
import { type Lifetimes, lifetimes } from './lifetimes.ts';
import { freshLogin, readEvidence } from './login-result.ts';
import { grantOfflineAccess } from './offline-access.ts';
import type { ProtocolPages } from './pages.ts';
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
  const { issuer, store, sealing, directory, log } = needs;
  const times: Lifetimes = lifetimes();
  const tracker = createWorkTracker({ ...needs, current: () => Provider.ctx });
  const firstParty = (clientId: string) => directory.client(clientId)?.firstParty ?? false;
  const secure = issuer.startsWith('https:');

  const oidcOf = () => (Provider.ctx as KoaContextWithOIDC | undefined)?.oidc;
  const clientIdOf = (ctx: KoaContextWithOIDC) => String(ctx.oidc.params?.client_id ?? ctx.query.client_id ?? '');
  const freshLoginOf = (ctx: KoaContextWithOIDC | undefined) => freshLogin(ctx?.oidc?.result as never);

  const adapter = createAdapters({
    ...needs,
    work: tracker.work,
    clientId: () => {
      const ctx = Provider.ctx as KoaContextWithOIDC | undefined;
      return ctx ? clientIdOf(ctx) || undefined : undefined;
    },
    sessionUid: () => {
      const uid = oidcOf()?.session?.uid;
      if (!uid) throw new Error('a grant is given in a session');
      return uid;
    },
    freshLogin: () => freshLoginOf(Provider.ctx as KoaContextWithOIDC | undefined),
    ip: () => (Provider.ctx as KoaContextWithOIDC | undefined)?.ip ?? '',
    polling: () => oidcOf()?.route === 'token',
    spendInitialToken: async () => {
      const value = oidcOf()?.entities.InitialAccessToken?.jti;
      if (!value || !(await spendToken(store, value)))
        throw new errors.InvalidToken('the initial access token was used already');
    },
    sessionLifetime: times.session,
  });

  /** The user and their consent to the client of the request, unless a token or session has brought them along. */
  async function findUser(id: string): Promise<User | undefined> {
    const ctx = Provider.ctx as KoaContextWithOIDC | undefined;
    const clientId = ctx ? clientIdOf(ctx) : '';
    return tracker.work().once(userKey(id), async () => {
      const subject = await store.findSubject(id, clientId);
      tracker.work().remember(`Consent:${id}`, subject?.consent);
      return subject?.user;
    });
  }

  function liveSessionOf(ctx: KoaContextWithOIDC): Promise<LiveSession | undefined> {
    const uid = ctx.oidc.session?.uid ?? '';
    return tracker.work().once<LiveSession | undefined>(liveSessionKey(uid), async () => undefined);
  }

  const provider = new Provider(
    issuer,
    configuration({
      ...needs,
      jwks,
      adapter,
      secureCookies: secure,
      dpopNonceSecret: sealing.derive('dpop-nonce')[0],
      guard: createGuard({
        assess: needs.assess,
        firstParty,
        userOf: (ctx) => findUser(ctx.oidc.session?.accountId ?? ''),
        evidenceOf: async (ctx) => {
          const live = await liveSessionOf(ctx);
          return withEvidence(live ? readEvidence(live.evidence) : [], freshLoginOf(ctx)?.evidence ?? []);
        },
      }),
      existingGrant: createExistingGrant({
        firstParty,
        consentOf: async (ctx) => {
          const live = await liveSessionOf(ctx);
          const id = ctx.oidc.session?.accountId ?? '';
          const fresh = () => store.consents.find(id, clientIdOf(ctx));
          return readConsent((live?.consent ?? (await tracker.work().once(`Consent:${id}`, fresh))) as never);
        },
      }),
      findUser,
      lifetimes: times,
      attributeNames: needs.attributeNames(),
      registration: needs.registration(),
    }),
  );

  grantOfflineAccess(provider, firstParty);
  logRefusals(provider, log);
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = async function (given: string) {
    return sameClientSecret(this.clientSecret, given);
  };
  // Every kind of ending a session sends logout tokens by the outbox, with retries; here it would be once, and waited for.
  provider.Client.prototype.backchannelLogout = async () => undefined;
  provider.use(signOutRoute(needs.endSession));
  provider.use(deviceInterval);
  provider.use(tracker.middleware);
  return { provider, middleware: compose(provider.middleware as never) as Middleware };
}
