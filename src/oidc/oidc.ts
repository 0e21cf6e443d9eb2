import type { Context, Middleware } from 'koa';
import type { Assess, KeepDecision } from '../access/index.ts';
import type { SignOut } from '../accounts/index.ts';
import type { Recorder } from '../audit/index.ts';
import type { Clock, Log, Sealing } from '../base/index.ts';
import { epochSeconds } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import type { Ephemeral, Store } from '../store/index.ts';
import { type BrowserSessions, createBrowserSessions } from './browser-sessions.ts';
import type { Directory } from './clients.ts';
import { type Consents, createConsents } from './consents.ts';
import { createInteractions, type Interactions } from './interactions.ts';
import { createKeyRing, type KeyRing, type RotationTimes } from './key-ring.ts';
import { readEvidence } from './login-result.ts';
import { type LogoutDelivery, makeLogoutToken } from './logout-token.ts';
import type { ProtocolPages } from './pages.ts';
import { createGeneration, type Generation } from './provider.ts';
import { createMintInitialAccessToken, type MintInitialAccessToken } from './registration.ts';
import type { AcrAliases } from './requested-acr.ts';
import { staticAnswers } from './static-answers.ts';

export interface OidcNeeds {
  issuer: string;
  store: Store;
  ephemeral: Ephemeral;
  sealing: Sealing;
  directory: Directory;
  assess: Assess;
  keepDecision: KeepDecision;
  signOut: Pick<SignOut, 'endSession'>;
  /** Where somebody with this evidence signs out too, and comes back from; none by default. */
  signOutUpstream?: (evidence: readonly Evidence[], returnTo: string) => Promise<string | undefined>;
  recorder: Recorder;
  pages: ProtocolPages;
  /** Dynamic client registration (RFC 7591): off unless the operator turns it on. */
  registration: () => boolean;
  attributeNames: () => string[];
  /** Other names of the authentication context classes. */
  acrAliases: () => AcrAliases;
  /** The guarded HTTP client: what clients name (jwks_uri, …) is fetched with it. */
  fetch: typeof globalThis.fetch;
  rotation: () => RotationTimes;
  clock: Clock;
  log: Log;
}

export interface Oidc {
  middleware: Middleware;
  /** Signs and reads cookies the provider shares with our pages; newest first. */
  cookieKeys: string[];
  interactions: Interactions;
  sessions: BrowserSessions;
  consents: Consents;
  keys: KeyRing;
  /** Reads keys and clients anew; interactions that are open go on. Called at start and on every change. */
  reload(): Promise<void>;
  logoutToken(about: { clientId: string; userId: string; sid: string }): Promise<LogoutDelivery | undefined>;
  /** Why the provider would not accept this client metadata; undefined when it would. */
  checkClient(metadata: object): string | undefined;
  mintInitialAccessToken: MintInitialAccessToken;
}

export async function createOidc(needs: OidcNeeds): Promise<Oidc> {
  const { store, sealing, clock, log, recorder, signOut } = needs;
  const keys = createKeyRing({ store, sealing, recorder, clock, times: needs.rotation });
  const now = () => epochSeconds(clock);
  const cookieKeys = sealing.derive('cookies').map((key) => key.toString('base64url'));
  let generation: { current: Generation; answer: Middleware; changesAt: number | undefined };

  async function reload(): Promise<void> {
    const { jwks, changesAt } = await keys.current();
    const current = createGeneration(
      {
        ...needs,
        now,
        cookieKeys,
        endSession: (uid) => signOut.endSession(uid, 'signed_out'),
        async onward(uid, returnTo) {
          const session = needs.signOutUpstream && (await store.sessions.state(uid));
          return session && needs.signOutUpstream?.(readEvidence(session.evidence), returnTo);
        },
        onReuse: ({ clientId, userId }) =>
          recorder.record({ type: 'token.reuse_detected', clientId, userId, data: {} }),
      },
      jwks,
    );
    generation = { current, answer: staticAnswers(current.middleware), changesAt };
    log.debug({ keys: jwks.keys.length, changesAt }, 'provider loaded');
  }

  await keys.keepUp();
  await reload();

  return {
    async middleware(ctx: Context, next) {
      if (generation.changesAt !== undefined && generation.changesAt <= now()) await reload();
      return generation.answer(ctx, next);
    },
    cookieKeys,
    interactions: createInteractions(needs),
    sessions: createBrowserSessions(needs),
    consents: createConsents(needs),
    keys,
    reload,
    mintInitialAccessToken: createMintInitialAccessToken({ tokens: store.tokens, now }),
    logoutToken: (about) => makeLogoutToken(generation.current.provider, about),
    checkClient(metadata) {
      const { Client } = generation.current.provider;
      try {
        new (Client as unknown as new (metadata: object) => unknown)(metadata);
        return undefined;
      } catch (error) {
        const { error_description: description, message } = error as Error & { error_description?: string };
        return description ?? message;
      }
    },
  };
}
