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
  const alive = new Set<Worker>();
  const tell = (signal: NodeJS.Signals) => {
    for (const worker of alive) worker.process.kill(signal);
  };
  const stop = () => {
    stopping = true;
    tell('SIGTERM');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  process.on('SIGHUP', () => tell('SIGHUP'));

  cluster.on('fork', (worker) => alive.add(worker));
  cluster.on('exit', (worker, code, signal) => {
    alive.delete(worker);
    if (stopping) return;
    log.error({ code, signal }, 'a worker ended');
    // 78: the configuration is wrong, and would be for every other as well.
    if (code === 78) {
      failure = code;
      stop();
    } else setTimeout(() => !stopping && cluster.fork(), PAUSE);
  });
  for (let started = 0; started < count; started += 1) cluster.fork();
  while (!stopping || alive.size > 0) await once(cluster, 'exit');
  return failure;
}
