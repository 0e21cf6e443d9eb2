import Router from '@koa/router';

export interface HealthNeeds {
  /** Rejects while a store does not answer. */
  ping: () => Promise<void>;
  /** True from the signal to stop on: no new requests should be sent here. */
  draining: () => boolean;
}

/** For probes: `live` says that the process answers, `ready` that it can do its work. */
export function healthRoutes({ ping, draining }: HealthNeeds): Router {
  const router = new Router();
  router.get('/health/live', (ctx) => {
    ctx.body = { status: 'live' };
  });
  router.get('/health/ready', async (ctx) => {
    ctx.set('cache-control', 'no-store');
    const ready =
      !draining() &&
      (await ping().then(
        () => true,
        () => false,
      ));
    ctx.status = ready ? 200 : 503;
    ctx.body = { status: ready ? 'ready' : 'not ready' };
  });
  return router;
}
