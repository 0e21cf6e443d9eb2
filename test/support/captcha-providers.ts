import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuardedFetch } from '../../src/verifiers/index.ts';

type Provider = 'turnstile' | 'hcaptcha';

/** How its maker answers from now on: as it should, with an error page, with half an answer, or never. */
type Mood = 'well' | 'error page' | 'half an answer' | 'silence';

export interface CaptchaProviders {
  /** The guarded client, which takes their real addresses to the ones here. */
  fetch: typeof globalThis.fetch;
  /** What a browser's widget would hand over. @param made where and for what, when not as it should be */
  token(provider: Provider, made?: Partial<Made>): string;
  /** Fields of every request, oldest first, with the path it came to. */
  asked: (Record<string, string> & { path: string })[];
  be(mood: Mood): void;
  close(): void;
}

interface Made {
  hostname: string;
  /** Turnstile's customer data. */
  cdata: string;
  /** True when it is too old to be taken. */
  expired: boolean;
}

export const SITE = { hostname: 'login.example.com', siteKey: 'the-site-key', secret: 'the-secret-of-the-site' };

const PATHS: Record<string, Provider> = { '/turnstile/v0/siteverify': 'turnstile', '/siteverify': 'hcaptcha' };

/**
 * `siteverify` of Cloudflare Turnstile and of hCaptcha on the loopback, as they document it: one form in, one JSON out. A
 * token is good once. Their differences are kept: other error codes, hCaptcha's `not-provided` for a host it does not
 * tell and its `credit`, Turnstile's `cdata` and `metadata`, and refusals with the status 200 or 400.
 */
export async function startCaptchaProviders(): Promise<CaptchaProviders> {
  const made = new Map<string, Partial<Made> & { provider: Provider }>();
  const used = new Set<string>();
  const asked: CaptchaProviders['asked'] = [];
  let mood: Mood = 'well';

  function verdict(provider: Provider, { secret, response = '', sitekey }: Record<string, string>) {
    const token = made.get(response);
    const no = (...codes: string[]) => ({ success: false, 'error-codes': codes });
    if (secret !== SITE.secret) return no('invalid-input-secret');
    if (response === '') return no('missing-input-response');
    if (token?.provider !== provider) return no('invalid-input-response');
    if (token.expired || used.has(response)) {
      return no(provider === 'turnstile' ? 'timeout-or-duplicate' : 'already-seen-response');
    }
    if (sitekey !== undefined && sitekey !== SITE.siteKey) return no('sitekey-secret-mismatch');
    used.add(response);
    const { hostname = SITE.hostname, cdata = '' } = token;
    const common = { success: true, challenge_ts: new Date().toISOString(), hostname };
    return provider === 'turnstile'
      ? { ...common, 'error-codes': [], action: '', cdata, metadata: { interactive: false } }
      : { ...common, credit: false };
  }

  function answer(response: ServerResponse, provider: Provider, fields: Record<string, string>): void {
    if (mood === 'silence') return;
    if (mood === 'error page') response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    else if (mood === 'half an answer') response.end('{"success":tr');
    else {
      const said = verdict(provider, fields);
      response.writeHead(said.success || provider === 'hcaptcha' ? 200 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify(said));
    }
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const provider = PATHS[path];
    if (request.method !== 'POST' || !provider) return response.writeHead(404).end();
    const fields = Object.fromEntries(new URLSearchParams(await textOf(request)));
    asked.push({ ...fields, path });
    answer(response, provider, fields);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const guarded = createGuardedFetch({ allow: [host], timeoutMs: 5000, maxBytes: 100_000 });

  return {
    fetch: (input, init) => guarded(`http://${host}${new URL(String(input)).pathname}`, init),
    token(provider, how = {}) {
      const token = randomBytes(24).toString('base64url');
      made.set(token, { ...how, provider });
      return token;
    },
    asked,
    be(next) {
      mood = next;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
