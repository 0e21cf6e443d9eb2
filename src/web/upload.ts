import { MIMEType } from 'node:util';
import type { Context } from 'koa';
import type { Form } from '../accounts/index.ts';
import { AppError } from '../base/index.ts';
import { formOf, readBody, readForm } from './form.ts';

/** Bytes: a photograph of a telephone, whole. */
const LIMIT = 8 * 1024 * 1024;
/** Texts and files. Counted before anything is read: a part costs a few bytes to send and much more to take apart. */
const MOST_PARTS = 10;

/**
 * A form that may hold a file (RFC 7578): its texts, and the first file in it.
 *
 * @throws AppError `invalid_request` 400, 413 or 415.
 */
export async function readUpload(ctx: Context): Promise<{ form: Form; file?: Uint8Array }> {
  if (!ctx.is('multipart/form-data')) return { form: await readForm(ctx) };
  const parts = await partsOf(await readBody(ctx, LIMIT), ctx.get('content-type'));
  const texts = parts.flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  const sent = parts.map(([, value]) => value).find((value) => typeof value !== 'string');
  const file = sent && new Uint8Array(await sent.arrayBuffer());
  return { form: formOf(texts), ...(file && file.length > 0 ? { file } : {}) };
}

async function partsOf(body: Buffer, type: string): Promise<[string, string | File][]> {
  const boundary = boundaryIn(type);
  if (boundary === undefined || occurrences(body, `--${boundary}`) > MOST_PARTS + 1) {
    throw new AppError('invalid_request', 400, 'the form has no parts, or too many');
  }
  // What was counted by is what the form is taken apart by.
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
  try {
    return [...(await new Response(new Uint8Array(body), { headers }).formData())];
  } catch (cause) {
    throw new AppError('invalid_request', 400, 'the form does not read', { cause });
  }
}

/** As browsers make them (RFC 2046 section 5.1.1), without what would have to be escaped. */
function boundaryIn(type: string): string | undefined {
  try {
    const boundary = new MIMEType(type).params.get('boundary') ?? '';
    return /^[0-9A-Za-z'()+_,./:=?-]{1,70}$/.test(boundary) ? boundary : undefined;
  } catch {
    return undefined;
  }
}

function occurrences(body: Buffer, text: string): number {
  let found = 0;
  for (let at = body.indexOf(text); at >= 0 && found <= MOST_PARTS + 1; at = body.indexOf(text, at + text.length))
    found += 1;
  return found;
}
