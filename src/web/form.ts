import type { Context } from 'koa';
import type { Form } from '../accounts/index.ts';
import { AppError } from '../base/index.ts';

/** Bytes; the longest page of ours with everything filled in is far below. */
const LIMIT = 32 * 1024;
const MAX_FIELDS = 100;

/**
 * Reads what was posted to one of our own pages, as a form or as JSON: names and texts, nothing nested.
 *
 * @param limit bytes
 * @throws AppError `invalid_request` 400, 413 or 415.
 */
export async function readForm(ctx: Context, limit = LIMIT): Promise<Form> {
  const entries = ctx.is('application/json') ? await readJson(ctx, limit) : await readUrlEncoded(ctx, limit);
  return formOf(entries);
}

/** Without a prototype, no name a stranger chooses means anything. @throws AppError `invalid_request` 400 for too many. */
export function formOf(entries: readonly [string, string][]): Form {
  if (entries.length > MAX_FIELDS) throw new AppError('invalid_request', 400, 'too many fields');
  return Object.assign(
    Object.create(null) as Form,
    Object.fromEntries(entries.filter(([name]) => name !== '__proto__')),
  );
}

async function readUrlEncoded(ctx: Context, limit: number): Promise<[string, string][]> {
  const length = ctx.request.length;
  if (length === 0 || (length === undefined && !ctx.is('*/*'))) return [];
  if (!ctx.is('application/x-www-form-urlencoded'))
    throw new AppError('invalid_request', 415, 'neither a form nor JSON');
  return [...new URLSearchParams(await readText(ctx, limit))];
}

async function readJson(ctx: Context, limit: number): Promise<[string, string][]> {
  const text = await readText(ctx, limit);
  let body: unknown;
  try {
    body = JSON.parse(text || '{}');
  } catch (cause) {
    throw new AppError('invalid_request', 400, 'the body is not JSON', { cause });
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AppError('invalid_request', 400, 'the body is not a JSON object');
  }
  return Object.entries(body).flatMap(([name, value]): [string, string][] => {
    // As forms say it: a box that is not ticked, and a field that is empty.
    if (value === false || value === null) return [[name, '']];
    if (value === true) return [[name, 'on']];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
  });
}

async function readText(ctx: Context, limit: number): Promise<string> {
  return (await readBody(ctx, limit)).toString('utf8');
}

/** @throws AppError `invalid_request` 400, or 413 beyond the limit: what comes after it is not read. */
export async function readBody(ctx: Context, limit: number): Promise<Buffer> {
  const tooLarge = () => new AppError('invalid_request', 413, 'the body is too large');
  if ((ctx.request.length ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of ctx.req) {
      bytes += (chunk as Buffer).length;
      if (bytes > limit) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError('invalid_request', 400, 'the body broke off', { cause });
  }
  return Buffer.concat(chunks);
}
