import type { Context, Middleware, Next } from 'koa';

/**
 * Headers of every answer. The policy says nothing of `form-action` here: browsers apply it to the redirect after a form,
 * and some pages of the protocol post to an app by themselves. Our own pages add theirs, with {@link formsMayReach}.
 */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";

export function securityHeaders({ issuer }: { issuer: string }): Middleware {
  const headers = {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    ...(issuer.startsWith('https:') ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  };
  return async (ctx: Context, next: Next) => {
    ctx.set(headers);
    await next();
  };
}

/** Lets the forms of this page lead here, and on to the app by the redirect that follows. */
export function formsMayReach(ctx: Context, redirectUris: readonly string[]): void {
  const sources = redirectUris.flatMap((uri) => {
    const { origin, protocol } = URL.parse(uri) ?? {};
    // An app's own scheme (RFC 8252 section 7.1) has no origin: the scheme is the source.
    const source = origin === undefined || origin === 'null' ? protocol : origin;
    return source === undefined || !/^[\w.+:/[\]-]+$/.test(source) ? [] : [source];
  });
  ctx.set(
    'content-security-policy',
    `${CONTENT_SECURITY_POLICY}; form-action ${["'self'", ...new Set(sources)].join(' ')}`,
  );
}
