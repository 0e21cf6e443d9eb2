import type { Context } from 'koa';
import type { Form } from '../accounts/index.ts';
import { AppError } from '../base/index.ts';
import { readBody, readForm } from './form.ts';

/** Bytes: a photograph of a telephone, whole. */
const LIMIT = 8 * 1024 * 1024;

/**
 * A form that may hold a file (RFC 7578): its texts, and the first file in it.
 *
 * @throws AppError `invalid_request` 400, 413 or 415.
 */
export async function readUpload(ctx: Context): Promise<{ form: Form; file?: Uint8Array }> {
  if (!ctx.is('multipart/form-data')) return { form: await readForm(ctx) };
  const body = new Uint8Array(await readBody(ctx, LIMIT));
  const form = Object.create(null) as Form;
  let file: Uint8Array | undefined;
  for (const [name, value] of await partsOf(body, ctx.get('content-type'))) {
    if (typeof value === 'string') form[name === '__proto__' ? '' : name] = value;
    else file ??= new Uint8Array(await value.arrayBuffer());
  }
  return { form, ...(file && file.length > 0 ? { file } : {}) };
}

async function partsOf(body: Uint8Array<ArrayBuffer>, type: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    throw new AppError('invalid_request', 400, 'the form does not read', { cause });
  }
}
