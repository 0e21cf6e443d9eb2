import type { Context } from 'koa';
import type { ClientFace, ProtocolForm, ProtocolPages } from '../oidc/index.ts';
import { arrivalOf } from './arrival.ts';
import type { About, Faces, Pages } from './pages.ts';
import type { Page, Phrase } from './views.ts';

/** The protocol's pages, in the same design as all others. */
export function createProtocolPages({ pages, faces }: { pages: Pages; faces: Faces }): ProtocolPages {
  const about = (client: ClientFace | undefined, reach: readonly string[] = []): About => ({
    clientId: client?.id,
    reach,
  });
  const posting = ({ action, hidden }: ProtocolForm): Partial<Page> => ({
    action: () => new URL(action).pathname,
    hidden,
  });

  return {
    error(ctx, { error, client }) {
      const { requestId: reference } = arrivalOf(ctx);
      const kind =
        error === 'access_denied' ? 'cancelled' : (KINDS[error] ?? (ctx.status >= 500 ? 'error' : 'invalid_request'));
      pages.show(ctx, 'message', about(client), { model: { kind, reference, actions: wayBack(client) } });
    },

    confirmLogout(ctx, form, client) {
      const { post_logout_redirect_uri: target } = protocolParams(ctx);
      pages.show(ctx, 'logout/confirm', about(client, typeof target === 'string' ? [target] : []), posting(form));
    },

    leave: (ctx, location) =>
      pages.show(ctx, 'sign-in/leaving', {}, { model: { location, host: new URL(location).hostname } }),
    loggedOut: (ctx, client) => pages.show(ctx, 'logout/done', about(client), {}),

    enterUserCode(ctx, form, problem) {
      const errors: Record<string, Phrase> = problem ? { user_code: USER_CODE_ERRORS[problem] ?? problem } : {};
      pages.show(ctx, 'device/enter-code', about(undefined), { ...posting(form), errors });
    },

    confirmDevice(ctx, form, client) {
      const model = { user_code: form.hidden.user_code ?? '' };
      pages.show(ctx, 'device/confirm', about(client), { ...posting(form), model });
    },

    deviceDone: (ctx, client) => pages.show(ctx, 'device/success', about(client), {}),
  };

  function wayBack(client: ClientFace | undefined) {
    const uri = client && faces.app(client.id)?.uri;
    return uri ? [{ label: 'back', href: uri }] : [];
  }
}

/** Which words fit an error of the protocol; the code itself is for the log. */
const KINDS: Record<string, string> = {
  session_not_found: 'interaction_expired',
  temporarily_unavailable: 'unavailable',
};

const USER_CODE_ERRORS: Record<string, string> = {
  code_wrong: 'user_code_wrong',
  code_expired: 'user_code_expired',
  code_used: 'user_code_expired',
};

function protocolParams(ctx: Context): Record<string, unknown> {
  return ((ctx as { oidc?: { params?: Record<string, unknown> } }).oidc?.params ?? {}) as Record<string, unknown>;
}
