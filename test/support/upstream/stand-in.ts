import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
}

export interface Said {
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
}

export interface StandIn {
  url: string;
  requests: Asked[];
  close(): Promise<void>;
}

/** A provider in the place of one that is not to be had here. @param answer by path; undefined is 404 */
export async function startStandIn(answer: (asked: Asked, url: string) => Said | undefined): Promise<StandIn> {
  const requests: Asked[] = [];
  let base = '';
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', base);
    const body = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
    const asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      body,
      headers: request.headers,
    };
    requests.push(asked);
    const { status = 200, headers = {}, body: said = '' } = answer(asked, base) ?? { status: 404 };
    const type = typeof said === 'string' ? 'text/html; charset=utf-8' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: base,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The page on which somebody says yes or no, with what was asked carried along. */
export function consentPage(name: string, { query }: Asked): Said {
  const fields = [...query].map(
    ([key, value]) => `<input type="hidden" name="${key}" value="${value.replaceAll('"', '&quot;')}">`,
  );
  return {
    body: `<!doctype html><html lang="en"><title>${name}</title><h1>Sign in with ${name}</h1><form method="post" action="/said">
${fields.join('\n')}<button>Continue</button><button name="no" value="no">Cancel</button></form></html>`,
  };
}

/** Codes that were handed out and not taken yet; each once, to whoever was asked for it and can prove it. */
export function createCodes() {
  const codes = new Map<string, URLSearchParams>();
  return {
    give(asked: URLSearchParams): string {
      const code = randomUUID();
      codes.set(code, asked);
      return code;
    },
    /** What was asked for with it; undefined where client, address or proof (RFC 7636) are another. */
    take(body: URLSearchParams): URLSearchParams | undefined {
      const asked = codes.get(body.get('code') ?? '');
      codes.delete(body.get('code') ?? '');
      const proof = createHash('sha256')
        .update(body.get('code_verifier') ?? '')
        .digest('base64url');
      const same =
        asked?.get('redirect_uri') === body.get('redirect_uri') && asked?.get('client_id') === body.get('client_id');
      return same && asked?.get('code_challenge') === proof ? asked : undefined;
    },
  };
}

/** Back to where they came from. */
export function back(to: string | null, parameters: Record<string, string>): Said {
  const url = new URL(to ?? '');
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href } };
}
