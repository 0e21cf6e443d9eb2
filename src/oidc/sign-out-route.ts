import type { Context, Middleware, Next } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';

/**
 * RP-initiated logout, our half: the library forgets the browser's session, and here its row ends, with the notices to
 * the other apps, before the answer leaves. Requests still in flight find the row ended and cannot bring it back.
 */
export function signOutRoute(endSession: (uid: string) => Promise<unknown>): Middleware {
  return async (ctx: Context, next: Next) => {
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    if (oidc?.route !== 'end_session_confirm' || !oidc.session) return;
    // The types do not know it; the library sets it when the person chose to sign out.
    const { uid, destroyed } = oidc.session as typeof oidc.session & { destroyed?: boolean };
    if (destroyed) await endSession(uid);
  };
}
