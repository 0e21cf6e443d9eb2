/**
 * `npm run bench -- token|signin|sso … [--targets R,S] [--rounds 3] [--seconds 2]`
 *
 * Sallyport (S) beside bare oidc-provider (R): both on one core, load from another over sixteen kept connections, the
 * targets taking turns, medians of the rounds. Everything is private to this run: PostgreSQL, Redis, ports. It prints
 * ratios, which travel between machines; the times themselves do not.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres, startRedis } from '../test/support/services.ts';
import { cpuTime, leaveServerCore } from './cores.ts';
import type { Order, Report } from './load.ts';
import { combine, type Measurement } from './measure.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { startReference, startSallyport } from './start-targets.ts';
import { type Row, table } from './table.ts';
import type { RunningTarget } from './target.ts';

const CONNECTIONS = 16;
const WARM_UP = 0.5;
const MOST = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    targets: { type: 'string', default: 'R,S' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
  },
});
const operations = OPERATIONS.filter(({ group }) => positionals.length === 0 || positionals.includes(group));
const unknown = positionals.find((word) => !OPERATIONS.some(({ group }) => group === word));
if (unknown !== undefined) throw new Error(`'${unknown}' is nothing to measure; there are token, signin and sso.`);
const rounds = Math.min(9, Math.max(1, Number(values.rounds)));
const seconds = Math.min(20, Math.max(0.2, Number(values.seconds)));

/** Sends an order and waits for its report. @throws Error when the load failed or ended */
function ask(load: ChildProcess, order: Order): Promise<Exclude<Report, { failed: string }>> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('The load process ended.'));
    load.once('exit', ended);
    load.once('message', (report: Report) => {
      load.off('exit', ended);
      if ('failed' in report) reject(new Error(report.failed));
      else resolve(report);
    });
    load.send(order);
  });
}

async function measure(load: ChildProcess, target: RunningTarget, operation: Operation): Promise<Measurement> {
  const { name, kind, issuer, pid } = target;
  const plain = { name, kind, issuer };
  await ask(load, {
    do: 'prepare',
    target: plain,
    operation: operation.name,
    connections: CONNECTIONS,
    warmUp: WARM_UP,
  });
  const before = cpuTime(pid);
  const report = await ask(load, { do: 'go', seconds, count: MOST });
  const after = cpuTime(pid);
  await ask(load, { do: 'finish' });
  if (!('measured' in report)) throw new Error('The load did not measure.');
  const { measured } = report;
  return before === undefined || after === undefined
    ? measured
    : { ...measured, cpu: (after - before) / measured.count };
}

async function compare(load: ChildProcess, targets: readonly RunningTarget[], operation: Operation): Promise<Row> {
  const results = targets.map((): Measurement[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, target] of targets.entries()) results[index]?.push(await measure(load, target, operation));
  }
  return { operation: operation.name, results: results.map(combine) };
}

const pinned = leaveServerCore();
const closers: (() => Promise<void>)[] = [];
const closeAll = async (): Promise<void> => {
  for (const close of closers.splice(0).reverse()) await close();
};
process.once('SIGINT', () => void closeAll().then(() => process.exit(130)));

try {
  const names = values.targets.split(',');
  const targets: RunningTarget[] = [];
  for (const [index, name] of names.entries()) {
    const label = names.indexOf(name) === index ? name : `${name}${index + 1}`;
    const redis = await startRedis();
    closers.push(redis.close);
    if (name === 'R') targets.push(await startReference(label, redis.url));
    else if (name === 'S') {
      const postgres = await startPostgres();
      closers.push(postgres.close);
      targets.push(await startSallyport(label, { databaseUrl: postgres.url, redisUrl: redis.url }));
    } else throw new Error(`'${name}' is no target; there are R (bare oidc-provider) and S (Sallyport).`);
    closers.push(async () => targets[index]?.close());
  }
  const load = fork(join(import.meta.dirname, 'load.ts'));
  closers.push(async () => void load.kill());

  const rows: Row[] = [];
  for (const operation of operations) {
    const row = await compare(load, targets, operation);
    rows.push(row);
    for (const { error } of row.results) if (error !== undefined) console.error(`${operation.name}: ${error}`);
    console.error(`${operation.name}: done`);
  }
  const labels = targets.map(({ name }) => name);
  console.log(`\n${table(labels, rows)}\n`);
  console.log(
    `${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s, medians; ${pinned ? 'servers on one core, load on another' : 'not pinned to cores'}; Node ${process.version}.`,
  );
  if (rows.some(({ results }) => results.some(({ errors }) => errors > 0))) process.exitCode = 1;
} finally {
  await closeAll();
}
