import type { Context } from 'koa';
import type { JsonObject } from '../base/index.ts';

/** What of a client a page shows. */
export interface ClientFace {
  id: string;
  name: string;
}

/**
 * The pages that belong to the protocol and are drawn by the web room. Each one sets status and body of `ctx` itself.
 * `form` is where the page posts to and what it must send along.
 */
export interface ProtocolPages {
  error(ctx: Context, error: { error: string; description?: string | undefined; client: ClientFace | undefined }): void;
  confirmLogout(ctx: Context, form: ProtocolForm, client: ClientFace | undefined): void;
  /** Goes on elsewhere by itself. */
  leave(ctx: Context, location: string): void;
  loggedOut(ctx: Context, client: ClientFace | undefined): void;
  enterUserCode(ctx: Context, form: ProtocolForm, problem: UserCodeProblem | undefined): void;
  confirmDevice(ctx: Context, form: ProtocolForm, client: ClientFace, device: JsonObject): void;
  deviceDone(ctx: Context, client: ClientFace | undefined): void;
}

export interface ProtocolForm {
  action: string;
  hidden: Record<string, string>;
}

export type UserCodeProblem = 'required' | 'code_wrong' | 'code_expired' | 'code_used' | 'denied' | 'too_many_tries';

/** Reads the form the library has prepared: its address and hidden fields, not its looks. */
export function protocolForm(html: string): ProtocolForm {
  const action = /\saction="([^"]*)"/.exec(html)?.[1] ?? '';
  const hidden: Record<string, string> = {};
  for (const [tag] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /\sname="([^"]*)"/.exec(tag)?.[1];
    if (name) hidden[name] = unescapeHtml(/\svalue="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  return { action: unescapeHtml(action), hidden };
}

function unescapeHtml(text: string): string {
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
}
