import type { Context, Middleware, Next } from 'koa';
import { AppError } from '../base/index.ts';
import { arrivalOf } from './arrival.ts';
import type { Pages } from './pages.ts';

/**
 * The last word on everything that goes wrong. The person reads what to do next and a reference; the operator reads the
 * cause under the same reference; neither reads the other's.
 */
export function failures({ pages }: { pages: () => Pages }): Middleware {
  return async (ctx: Context, next: Next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new AppError('not_found', 404, 'no such page');
    } catch (error) {
      answerFailure(ctx, asAppError(error), pages());
    }
  };
}

/** After these, the same page again would say the same. */
const OVER = new Set(['interaction_expired', 'cookies_missing']);

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { status, expose } = (error ?? {}) as { status?: number; expose?: boolean };
  // Koa's own refusals (a malformed address, say) carry their status.
  if (expose && status !== undefined && status < 500)
    return new AppError('invalid_request', status, String(error), { cause: error });
  return new AppError('error', 500, 'unexpected', { cause: error });
}

function answerFailure(ctx: Context, error: AppError, pages: Pages): void {
  const { requestId: reference, log } = arrivalOf(ctx);
  const fields = {
    code: error.code,
    status: error.status,
    cause: error.cause ?? undefined,
    err: error.status >= 500 ? error : undefined,
  };
  if (error.status >= 500) log().error(fields, error.message);
  else log().info(fields, error.message);

  ctx.status = error.status;
  ctx.set('cache-control', 'no-store');
  if (error.retryAfter !== undefined) ctx.set('retry-after', String(error.retryAfter));
  if (ctx.accepts('html', 'json') !== 'html') {
    // RFC 9457; OAuth endpoints answer for themselves before it comes to this.
    ctx.body = { type: 'about:blank', title: error.code, status: error.status, error: error.code, reference };
    ctx.type = 'application/problem+json';
    return;
  }
  const seconds = error.retryAfter ?? 5;
  const again = ctx.path.startsWith('/interaction/') && !OVER.has(error.code);
  const actions = again ? [{ label: 'try_again', href: ctx.path.split('/').slice(0, 3).join('/') }] : [];
  pages.show(ctx, 'message', {}, { model: { kind: error.code, params: { seconds }, reference, actions } });
  ctx.status = error.status;
}
