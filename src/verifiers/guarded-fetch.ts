import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import { AppError } from '../base/index.ts';
import { isPublicAddress } from './public-address.ts';

interface GuardNeeds {
  /** `host:port` pairs, IPv6 in brackets, that may be spoken to in plain http and at a private address. */
  allow: readonly string[];
  /** For the whole exchange, body included. */
  timeoutMs: number;
  /** Of the body as it is read, decompressed. */
  maxBytes: number;
}

type Undici = typeof import('undici');

/**
 * A `fetch` for addresses that other people chose (clients, upstream providers). It speaks https only, connects to
 * public addresses only, answers a redirect as it is instead of following it, and cuts what is slow or large. The
 * address is checked where the connection is made, so a name that resolves differently the second time gains nothing.
 *
 * Takes text or URL, no Request. Rejects with AppError `outbound_refused` for what may not be reached and
 * `outbound_too_large` while a body is read; otherwise as `fetch` does.
 */
export function createGuardedFetch({ allow, timeoutMs, maxBytes }: GuardNeeds): typeof globalThis.fetch {
  const allowed = new Set(allow.map((pair) => pair.toLowerCase()));
  let loading: Promise<{ undici: Undici; dispatcher: Agent }> | undefined;

  async function load() {
    const undici = await import('undici');
    const connect = guardedConnector(undici, allowed, timeoutMs);
    return { undici, dispatcher: new undici.Agent({ connect, maxHeaderSize: 16_384 }) };
  }

  return async (input, init = {}) => {
    if (input instanceof Request) throw new TypeError('the guarded fetch takes an address, not a Request');
    const url = new URL(input);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowed.has(pairOf(url))))
      throw refused(`${url.protocol}//${url.host} is not https`);

    loading ??= load();
    const { undici, dispatcher } = await loading;
    const limit = AbortSignal.timeout(timeoutMs);
    const options = {
      ...init,
      dispatcher,
      redirect: init.redirect === 'error' ? 'error' : 'manual',
      signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit,
    };
    try {
      // The two families of types describe the same objects: Node's own fetch is undici's.
      const response = (await undici.fetch(url, options as never)) as unknown as Response;
      return cut(response, maxBytes);
    } catch (error) {
      throw error instanceof TypeError && error.cause instanceof AppError ? error.cause : error;
    }
  };
}

function guardedConnector({ buildConnector }: Undici, allowed: ReadonlySet<string>, timeout: number) {
  const open = buildConnector({ timeout });
  const guarded = buildConnector({ timeout, lookup: lookupPublic });

  const connect: buildConnector.connector = (options, callback) => {
    if (allowed.has(pairOf(options))) return open(options, callback);
    // An address written as such is never looked up.
    const { hostname } = options;
    if (isIP(hostname) && !isPublicAddress(hostname)) return callback(refused(`${hostname} is not public`), null);
    return guarded(options, callback);
  };
  return connect;
}

/** Resolves a name and leaves only public addresses of it; the connection is made to one of these and no other. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const usable = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = usable;
    if (!first) return callback(refused(`${hostname} has no public address`), '');
    return options.all ? callback(null, usable) : callback(null, first.address, first.family);
  });
};

function pairOf({ protocol, hostname, port }: { protocol: string; hostname: string; port: string }): string {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname;
  return `${host}:${port || (protocol === 'https:' ? '443' : '80')}`.toLowerCase();
}

function cut(response: Response, maxBytes: number): Response {
  let left = maxBytes;
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.byteLength;
        if (left >= 0) controller.enqueue(chunk);
        else controller.error(new AppError('outbound_too_large', 503, `an answer had more than ${maxBytes} bytes`));
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(body ?? null, { status, statusText, headers: [...headers] });
}

function refused(message: string): AppError {
  return new AppError('outbound_refused', 503, `${message}; OUTBOUND_ALLOW names exceptions`);
}
