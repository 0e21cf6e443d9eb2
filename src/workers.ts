import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Log } from './base/index.ts';

/** Milliseconds before a worker that ended by itself is replaced: one that cannot start does not spin. */
const PAUSE = 1000;

/**
 * One worker per core behind one port. The state is in the stores, so a worker is as good as another; one that ends is
 * replaced, unless it ended on purpose. @returns the exit code: that of a worker which could not begin at all.
 */
export async function runWorkers(count: number, log: Log): Promise<number> {
  let stopping = false;
  let failure = 0;
  const alive = () => Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker !== undefined);

  const stop = (signal: NodeJS.Signals) => {
    stopping = true;
    for (const worker of alive()) worker.process.kill(signal);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop('SIGTERM'));
  process.on('SIGHUP', () => {
    for (const worker of alive()) worker.process.kill('SIGHUP');
  });

  cluster.on('exit', (_worker, code, signal) => {
    if (stopping) return;
    log.error({ code, signal }, 'a worker ended');
    // 78: the configuration is wrong, and would be for every other as well.
    if (code === 78) {
      failure = code;
      stop('SIGTERM');
    } else setTimeout(() => !stopping && cluster.fork(), PAUSE);
  });
  for (let started = 0; started < count; started += 1) cluster.fork();
  while (!stopping || alive().length > 0) await once(cluster, 'exit');
  return failure;
}
