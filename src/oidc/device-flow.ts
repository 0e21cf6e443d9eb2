import type { Configuration } from 'oidc-provider';
import { clientFace } from './logout-pages.ts';
import { type ProtocolPages, protocolForm, type UserCodeProblem } from './pages.ts';

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;

/** OAuth 2.0 Device Authorization Grant (RFC 8628), with our own pages. */
export function deviceFlow(pages: ProtocolPages): DeviceFlow {
  return {
    enabled: true,
    // Twenty consonants, eight of them: 34 bits, and no word comes out by chance (RFC 8628 section 6.1).
    charset: 'base-20',
    mask: '****-****',
    deviceInfo: (ctx) => ({ ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 200) }),
    userCodeInputSource: async (ctx, form, _out, error) =>
      pages.enterUserCode(ctx, protocolForm(form), error && problemOf(error)),
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
