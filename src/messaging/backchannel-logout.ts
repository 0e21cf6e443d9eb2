import { DeliveryError } from './delivery-error.ts';
import type { Deliver } from './outbox-rows.ts';

/** Whose session ended at which client. The token itself is made when it is sent: it lives for two minutes only. */
export type LogoutPayload = { clientId: string; userId: string; sid: string };

export interface BackchannelLogoutNeeds {
  /** The guarded HTTP client: the address was named by a client. */
  fetch: typeof globalThis.fetch;
  /** Undefined when the client is gone or no longer wants to be told. */
  logoutToken: (payload: LogoutPayload) => Promise<{ uri: string; token: string } | undefined>;
}

/** Milliseconds. */
const TIME_LIMIT = 10_000;

/** Worth another try although they are 4xx (RFC 9110 section 15.5.9, RFC 6585 section 4). */
const PASSING = new Set([408, 429]);

/** Tells a client that a session ended (OpenID Connect Back-Channel Logout 1.0, sections 2.5 and 2.8). */
export function createBackchannelLogout({ fetch, logoutToken }: BackchannelLogoutNeeds): Deliver<LogoutPayload> {
  return async (payload, { signal }) => {
    const logout = await logoutToken(payload);
    if (!logout) return;
    const response = await fetch(logout.uri, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: logout.token }),
      // A logout token is for the registered address and no other.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT)]),
    });
    await response.body?.cancel();
    const { status } = response;
    if (status === 200 || status === 204) return;
    const final = status >= 400 && status < 500 && !PASSING.has(status);
    throw new DeliveryError(`client ${payload.clientId} answered ${status} to a logout token`, { final });
  };
}
