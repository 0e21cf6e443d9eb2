import { createHash } from 'node:crypto';
import type { Context, Middleware } from 'koa';

const PATHS = new Set(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/jwks']);

interface Answer {
  body: Buffer;
  type: string;
  etag: string;
}

/**
 * Discovery and keys change only with a generation of the provider, and any web page may read them: the library's first
 * answer is kept as bytes and given again.
 */
export function staticAnswers(provider: Middleware): Middleware {
  const answers = new Map<string, Answer>();

  function give(ctx: Context, { body, type, etag }: Answer): void {
    ctx.set({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300', etag });
    ctx.type = type;
    ctx.status = ctx.get('if-none-match') === etag ? 304 : 200;
    if (ctx.status === 200) ctx.body = body;
  }

  return async (ctx, next) => {
    if (ctx.method !== 'GET' || !PATHS.has(ctx.path)) return provider(ctx, next);
    const known = answers.get(ctx.path);
    if (known) return give(ctx, known);
    await provider(ctx, next);
    if (ctx.status !== 200 || typeof ctx.body !== 'object') return;
    const body = Buffer.from(JSON.stringify(ctx.body));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const answer = { body, type: ctx.response.type || 'application/json', etag };
    answers.set(ctx.path, answer);
    ctx.remove('vary');
    give(ctx, answer);
  };
}
