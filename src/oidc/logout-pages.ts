import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { type ClientFace, type ProtocolPages, protocolForm } from './pages.ts';

type RpInitiatedLogout = NonNullable<NonNullable<Configuration['features']>['rpInitiatedLogout']>;

/** OpenID Connect RP-Initiated Logout 1.0, with our own pages. */
export function rpInitiatedLogout(pages: ProtocolPages): RpInitiatedLogout {
  return {
    enabled: true,
    logoutSource: async (ctx, form) => pages.confirmLogout(ctx, protocolForm(form), clientFace(ctx.oidc.client)),
    postLogoutSuccessSource: async (ctx) => pages.loggedOut(ctx, clientFace(ctx.oidc.client)),
  };
}

export function clientFace(client: KoaContextWithOIDC['oidc']['client']): ClientFace | undefined {
  return client && { id: client.clientId, name: client.clientName ?? client.clientId };
}
