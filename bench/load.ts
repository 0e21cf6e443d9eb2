/**
 * The load, in a process of its own so that it can have a core of its own.
 *
 * It is told what to do by messages of run.ts: 'prepare' opens the connections and warms up, 'go' measures.
 */
import { openConnection } from './connection.ts';
import { type Measurement, percentile } from './measure.ts';
import { type Once, OPERATIONS } from './operations.ts';
import type { Endpoints } from './sign-in.ts';
import { SETUP, type Target } from './target.ts';

export type Order =
  | { do: 'prepare'; target: Target; operation: string; connections: number; warmUp: number }
  /** At most this many seconds and operations, whichever comes first. */
  | { do: 'go'; seconds: number; count: number }
  | { do: 'finish' };

export type Report = { ready: true } | { measured: Measurement } | { finished: true } | { failed: string };

interface Prepared {
  workers: Once[];
  close(): Promise<void>;
}

const path = (address: unknown): string => new URL(String(address)).pathname;

async function discover(issuer: string): Promise<Endpoints> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const document = (await response.json()) as Record<string, unknown>;
  return {
    authorization: path(document.authorization_endpoint),
    token: path(document.token_endpoint),
    introspection: path(document.introspection_endpoint),
    userinfo: path(document.userinfo_endpoint),
    jwks: path(document.jwks_uri),
  };
}

async function prepare({ target, operation, connections }: Order & { do: 'prepare' }): Promise<Prepared> {
  const found = OPERATIONS.find(({ name }) => name === operation);
  if (found === undefined) throw new Error(`No operation is called '${operation}'.`);
  const endpoints = await discover(target.issuer);
  const open = Array.from({ length: connections }, (_, n) => openConnection(target.issuer, `198.51.100.${n + 1}`));
  const workers = await Promise.all(
    open.map((connection, n) => found.prepare({ target, endpoints, connection, username: SETUP.users[n] ?? '' })),
  );
  return { workers, close: async () => void (await Promise.all(open.map((connection) => connection.close()))) };
}

const MOST_ERRORS = 50;

async function measure(workers: readonly Once[], seconds: number, most: number): Promise<Measurement> {
  const times: number[] = [];
  let begun = 0;
  let errors = 0;
  let error: string | undefined;
  const start = performance.now();
  const end = start + seconds * 1000;
  const work = async (once: Once): Promise<void> => {
    while (begun < most && errors < MOST_ERRORS && performance.now() < end) {
      begun += 1;
      const from = performance.now();
      try {
        await once();
        times.push(performance.now() - from);
      } catch (caught) {
        errors += 1;
        error ??= String(caught);
      }
    }
  };
  await Promise.all(workers.map(work));
  const perSecond = (times.length / (performance.now() - start)) * 1000;
  times.sort((a, b) => a - b);
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  return { count: times.length, perSecond, p50, p99, errors, ...(error !== undefined && { error }) };
}

let prepared: Prepared | undefined;

async function obey(order: Order): Promise<Report> {
  if (order.do === 'prepare') {
    prepared = await prepare(order);
    await measure(prepared.workers, order.warmUp, Number.POSITIVE_INFINITY);
    return { ready: true };
  }
  if (order.do === 'go') return { measured: await measure(prepared?.workers ?? [], order.seconds, order.count) };
  await prepared?.close();
  prepared = undefined;
  return { finished: true };
}

process.on('message', (order: Order) => {
  obey(order).then(
    (report) => process.send?.(report),
    (error: unknown) =>
      process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
