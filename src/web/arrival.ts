import type { Context, Middleware, Next } from 'koa';
import { AppError, type Log, newId } from '../base/index.ts';
import type { ReadClientAddress } from './client-ip.ts';

/** What every later step may know about a request. */
export interface Arrival {
  requestId: string;
  ip: string;
  /** The address, or its /64, that limits count by. */
  network: string;
  userAgent: string;
  /** Names the request in every line. */
  log(): Log;
}

const arrivals = new WeakMap<object, Arrival>();

export function arrivalOf(ctx: Context): Arrival {
  const arrival = arrivals.get(ctx.req);
  if (!arrival) throw new Error('the request did not come through the arrival');
  return arrival;
}

export interface ArrivalNeeds {
  issuer: string;
  clientAddress: ReadClientAddress;
  log: Log;
}

/**
 * The door of the server. Addresses in answers are built from the configured issuer alone: a request for another host is
 * refused, and what proxies claim about host and scheme is replaced by what the issuer says before anybody reads it.
 */
export function arrival({ issuer, clientAddress, log }: ArrivalNeeds): Middleware {
  const { host, protocol } = new URL(issuer);

  return async (ctx: Context, next: Next) => {
    const { ip, network } = clientAddress(ctx.req);
    const requestId = newId();
    const userAgent = ctx.get('user-agent').slice(0, 300);
    // Few requests have something to say; making a child costs as much as saying it.
    arrivals.set(ctx.req, { requestId, ip, network, userAgent, log: () => log.child({ requestId }) });
    ctx.set('x-request-id', requestId);

    // Probes ask by address; they are told nothing but whether the server lives.
    if (!ctx.path.startsWith('/health/') && (!ctx.req.url?.startsWith('/') || ctx.req.headers.host !== host)) {
      throw new AppError(
        'invalid_request',
        400,
        `request for another host: ${String(ctx.req.headers.host).slice(0, 100)}`,
      );
    }
    for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port']) {
      // Deleting what is not there would make every later look at a header slower.
      if (name in ctx.req.headers) delete ctx.req.headers[name];
    }
    ctx.req.headers['x-forwarded-for'] = ip;
    ctx.req.headers['x-forwarded-host'] = host;
    ctx.req.headers['x-forwarded-proto'] = protocol.slice(0, -1);

    const started = performance.now();
    await next();
    const took = Math.round(performance.now() - started);
    // The path of an interaction is what ties a browser to it, and that of a link is a secret: they are not written down.
    const path = ctx.path
      .replace(/^\/(interaction|auth|device|reset|not-me|undo|keep-account)\/[^/]+/, '/$1/…')
      .slice(0, 200);
    log.info({ requestId, method: ctx.method, path, status: ctx.status, took }, 'answered');
  };
}
