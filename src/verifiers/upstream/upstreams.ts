import { AppError, type Clock, type Log } from '../../base/index.ts';
import type { UpstreamProvider } from './provider.ts';
import type { Upstream } from './upstream.ts';

export interface UpstreamsNeeds {
  /** The guarded one: https, public addresses, limits of time and size. */
  fetch: typeof globalThis.fetch;
  /** `ISSUER/federation/callback`, the one address that every provider sends people back to. */
  callback: string;
  clock: Clock;
  log: Log;
}

export interface Upstreams {
  /** Made once for each version of what the operator wrote: discovery and keys are kept with it. */
  of(provider: UpstreamProvider): Upstream;
}

export function createUpstreams(_needs: UpstreamsNeeds): Upstreams {
  return {
    of({ id, type }) {
      throw new AppError('provider_unavailable', 503, `nothing speaks ${type} to ${id} yet`);
    },
  };
}
