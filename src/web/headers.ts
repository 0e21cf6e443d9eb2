import type { Context, Middleware, Next } from 'koa';

/**
 * Headers of every answer. The policy says nothing of `form-action` here: browsers apply it to the redirect after a form,
 * and some pages of the protocol post to an app by themselves. Our own pages add theirs, with {@link formsMayReach}.
 */
const POLICY: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' https: data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

/** What somebody else's bot check loads, by its own documentation. */
const BOT_CHECKS: Readonly<Record<string, { directives: readonly string[]; sources: string }>> = {
  turnstile: { directives: ['script-src', 'frame-src'], sources: 'https://challenges.cloudflare.com' },
  hcaptcha: {
    directives: ['script-src', 'frame-src', 'style-src', 'connect-src'],
    sources: 'https://hcaptcha.com https://*.hcaptcha.com',
  },
};

export function securityHeaders({ issuer }: { issuer: string }): Middleware {
  const headers = {
    'content-security-policy': written(POLICY),
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

/**
 * Lets the forms of this page lead here, and on to the app by the redirect that follows.
 *
 * @param botCheck whose check the page carries
 */
export function formsMayReach(ctx: Context, redirectUris: readonly string[], botCheck?: string): void {
  const sources = redirectUris.flatMap((uri) => {
    const { origin, protocol } = URL.parse(uri) ?? {};
    // An app's own scheme (RFC 8252 section 7.1) has no origin: the scheme is the source.
    const source = origin === undefined || origin === 'null' ? protocol : origin;
    return source === undefined || !/^[\w.+:/[\]-]+$/.test(source) ? [] : [source];
  });
  const policy = { ...POLICY, ...loading(botCheck), 'form-action': ["'self'", ...new Set(sources)].join(' ') };
  ctx.set('content-security-policy', written(policy));
}

function loading(botCheck: string | undefined): Record<string, string> {
  const { directives = [], sources = '' } = BOT_CHECKS[botCheck ?? ''] ?? {};
  return Object.fromEntries(directives.map((name) => [name, [POLICY[name], sources].filter(Boolean).join(' ')]));
}

function written(policy: Readonly<Record<string, string>>): string {
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
