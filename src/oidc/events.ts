import type { EventEmitter } from 'node:events';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { AppError, type Log } from '../base/index.ts';

const REFUSALS = [
  'authorization.error',
  'grant.error',
  'introspection.error',
  'revocation.error',
  'userinfo.error',
  'registration_create.error',
  'pushed_authorization_request.error',
  'device_authorization.error',
  'end_session.error',
] as const;

/** What the library refuses is an operator's matter too: the client reads the error, the log says why. */
export function logRefusals(provider: Provider, log: Log): void {
  // Its types name the listeners of some events only.
  const events = provider as unknown as EventEmitter;
  for (const event of REFUSALS) {
    events.on(event, (ctx: KoaContextWithOIDC, error: Error & { error_detail?: string }) => {
      const { message, error_detail: detail } = error;
      log.info({ event, clientId: ctx.oidc?.client?.clientId, error: message, detail }, 'refused');
    });
  }
  provider.on('server_error', (ctx, error) => {
    // A store that does not answer is no fault of the provider; it is logged where it is answered.
    if (!(error instanceof AppError)) log.error({ route: ctx.oidc?.route, err: error }, 'the provider failed');
  });
}
