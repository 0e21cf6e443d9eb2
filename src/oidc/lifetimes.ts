import type { Configuration, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds, all of them. */
export interface Lifetimes {
  /** Absolute end of a session after its last sign-in. */
  session: number;
  ttl: NonNullable<Configuration['ttl']>;
}

/** A refresh token lives `REFRESH_IDLE` unless used, its family `REFRESH_FAMILY` in all: rotation does not prolong it. */
const REFRESH_IDLE = 30 * DAY;
const REFRESH_FAMILY = 180 * DAY;

/** @param now seconds since the epoch */
export function lifetimes(now: () => number): Lifetimes {
  return {
    session: 30 * DAY,
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 15 * MINUTE,
      AuthorizationCode: 60,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 15 * MINUTE,
      DeviceCode: 10 * MINUTE,
      // Outlasts every family of refresh tokens under it.
      Grant: REFRESH_FAMILY + DAY,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: (ctx, token) => refreshTokenTtl(ctx, token, now()),
      // The cookie and its ephemeral payload slide with use; the row's own end does not.
      Session: 14 * DAY,
    },
  };
}

function refreshTokenTtl(ctx: KoaContextWithOIDC, token: RefreshToken, now: number): number {
  const begun = ctx?.oidc?.entities?.RotatedRefreshToken?.iiat ?? token.iiat;
  if (typeof begun !== 'number') return REFRESH_IDLE;
  return Math.max(1, Math.min(REFRESH_IDLE, begun + REFRESH_FAMILY - now));
}
