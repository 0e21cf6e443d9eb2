import type { Context, Middleware, Next } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { AppError } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { createUnitOfWork, refuseUnless, type UnitOfWork, type UnitOfWorkNeeds } from './unit-of-work.ts';

export interface WorkTrackerNeeds extends Omit<UnitOfWorkNeeds, 'tokens'> {
  store: Store;
  /** The request the library is answering, if any. */
  current: () => unknown;
  onReuse: (about: { clientId: string | undefined; userId: string | undefined }) => Promise<void>;
}

/** Gives each request of the provider its unit of work, and settles it before the answer leaves. */
export function createWorkTracker({ store, ephemeral, log, current, onReuse }: WorkTrackerNeeds) {
  const works = new WeakMap<object, UnitOfWork>();
  const failures = new WeakMap<object, AppError>();
  const create = () => createUnitOfWork({ tokens: store.tokens, ephemeral, log });

  function work(): UnitOfWork {
    const ctx = current();
    const known = typeof ctx === 'object' && ctx !== null ? works.get(ctx) : undefined;
    if (!known) throw new Error('the provider was used outside of a request');
    return known;
  }

  /**
   * The library answers every error it does not know with 500. One of ours says better what it is (a store that does not
   * answer: 503, try again), so it takes the place of that answer.
   */
  function failed(ctx: object, error: unknown): void {
    if (error instanceof AppError) failures.set(ctx, error);
  }

  const middleware: Middleware = async (ctx: Context, next: Next) => {
    const mine = create();
    works.set(ctx, mine);
    await next();
    const failure = failures.get(ctx);
    if (failure) throw failure;
    const flushed = await mine.flush();
    if (flushed === 'done') return;
    const { oidc } = ctx as KoaContextWithOIDC;
    log.warn({ route: oidc?.route, flushed }, 'nothing was issued');
    if (flushed === 'lost') await endGrant(oidc);
    if (oidc?.route !== 'token') return refuseUnless(flushed);
    ctx.status = 400;
    ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
  };

  /** Somebody presented what was used already: whoever is the thief, nothing under this grant goes on (RFC 9700 section 4.14). */
  async function endGrant(oidc: KoaContextWithOIDC['oidc'] | undefined): Promise<void> {
    const grant = oidc?.entities.Grant;
    if (grant?.jti) await store.grants.revoke(grant.jti);
    await onReuse({ clientId: oidc?.client?.clientId, userId: grant?.accountId });
  }

  return { work, middleware, failed };
}
