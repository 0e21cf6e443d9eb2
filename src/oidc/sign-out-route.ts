import type { Context, Middleware, Next } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';

export interface SignOutRouteNeeds {
  endSession: (uid: string) => Promise<unknown>;
  /** Where the browser goes first, to sign out there too; undefined where it goes on at once. @param returnTo where it was going */
  onward: (uid: string, returnTo: string) => Promise<string | undefined>;
  /** A page that goes there by itself: browsers apply `form-action` to every redirect that follows a form. */
  leave: (ctx: Context, location: string) => void;
}

/**
 * RP-initiated logout, our half: the library forgets the browser's session, and here its row ends, with the notices to
 * the other apps, before the answer leaves. Requests still in flight find the row ended and cannot bring it back.
 */
export function signOutRoute({ endSession, onward, leave }: SignOutRouteNeeds): Middleware {
  return async (ctx: Context, next: Next) => {
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    if (oidc?.route !== 'end_session_confirm' || !oidc.session) return;
    // The types do not know it; the library sets it when the person chose to sign out.
    const { uid, destroyed } = oidc.session as typeof oidc.session & { destroyed?: boolean };
    if (!destroyed) return;
    await endSession(uid);
    const location = await onward(uid, ctx.response.get('location'));
    if (location === undefined) return;
    ctx.status = 200;
    ctx.remove('location');
    leave(ctx, location);
  };
}
