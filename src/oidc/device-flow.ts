import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { clientFace } from './logout-pages.ts';
import { type ProtocolPages, protocolForm, type UserCodeProblem } from './pages.ts';

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;

/**
 * OAuth 2.0 Device Authorization Grant (RFC 8628), with our own pages.
 *
 * @param keepSession saves a session that is new, with its cookie.
 */
export function deviceFlow(
  pages: ProtocolPages,
  keepSession: (ctx: KoaContextWithOIDC) => Promise<unknown>,
): DeviceFlow {
  return {
    enabled: true,
    // Twenty consonants, eight of them: 34 bits, and no word comes out by chance (RFC 8628 section 6.1).
    charset: 'base-20',
    mask: '****-****',
    deviceInfo: (ctx) => ({ ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 200) }),
    async userCodeInputSource(ctx, form, _out, error) {
      // After an error the library puts the form's secret into a session that it has already finished with: a browser
      // that came without one would not get it, and the library would fail.
      if (error && ctx.oidc.session?.exp === undefined) await keepSession(ctx);
      pages.enterUserCode(ctx, protocolForm(form), error && problemOf(error));
    },
    userCodeConfirmSource: async (ctx, form, client, device) => {
      pages.confirmDevice(ctx, protocolForm(form), clientFace(client) ?? { id: '', name: '' }, {
        user_agent: String(device.userAgent ?? ''),
        ip: String(device.ip ?? ''),
      });
    },
    successSource: async (ctx) => pages.deviceDone(ctx, clientFace(ctx.oidc.client)),
  };
}

function problemOf(error: Error): UserCodeProblem {
  const problems: Record<string, UserCodeProblem> = {
    NoCodeError: 'required',
    NotFoundError: 'code_wrong',
    ExpiredError: 'code_expired',
    AlreadyUsedError: 'code_used',
    AbortedError: 'denied',
  };
  return problems[error.name] ?? 'code_wrong';
}
