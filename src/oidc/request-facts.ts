import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Store } from '../store/index.ts';
import { spendToken } from './adapters/durable-token.ts';
import { type FreshLogin, freshLogin } from './login-result.ts';

/** What an adapter may know about the request it serves; the library itself hands it names and payloads only. */
export interface RequestFacts {
  clientId: () => string | undefined;
  /** @throws Error outside of a session: a grant is always given in one. */
  sessionUid: () => string;
  /** What sign-in proved, in the request that resumes after it. */
  freshLogin: () => FreshLogin | undefined;
  ip: () => string;
  /** A device asks whether its code was approved yet. */
  polling: () => boolean;
  /** Uses the initial access token of a registration up. @throws InvalidToken when it was used before. */
  spendInitialToken: () => Promise<void>;
}

/** The request that the library is answering at this moment, if any. */
export function currentRequest(): KoaContextWithOIDC | undefined {
  return Provider.ctx as KoaContextWithOIDC | undefined;
}

/** The client of a request: as validated, or as it names itself before that. */
export function clientIdOf(ctx: KoaContextWithOIDC | undefined): string | undefined {
  const named = ctx?.oidc?.params?.client_id ?? ctx?.query.client_id;
  return typeof named === 'string' && named !== '' ? named : undefined;
}

export function freshLoginOf(ctx: KoaContextWithOIDC | undefined): FreshLogin | undefined {
  return freshLogin(ctx?.oidc?.result as Parameters<typeof freshLogin>[0]);
}

export function createRequestFacts({ store }: { store: Store }): RequestFacts {
  return {
    clientId: () => clientIdOf(currentRequest()),
    sessionUid() {
      const uid = currentRequest()?.oidc.session?.uid;
      if (!uid) throw new Error('a grant is given in a session');
      return uid;
    },
    freshLogin: () => freshLoginOf(currentRequest()),
    ip: () => currentRequest()?.ip ?? '',
    polling: () => currentRequest()?.oidc.route === 'token',
    async spendInitialToken() {
      const value = currentRequest()?.oidc.entities.InitialAccessToken?.jti;
      const spent = value !== undefined && (await spendToken(store, value));
      if (!spent) throw new errors.InvalidToken('the initial access token was used already');
    },
  };
}
