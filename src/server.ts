import cluster from 'node:cluster';
import { once } from 'node:events';
import { type App, createApp } from './app.ts';
import { createLog, systemClock } from './base/index.ts';
import { type Config, type Environment, readConfig, readConfigFile } from './config/index.ts';
import { type Desired, readDocument } from './management/index.ts';
import { runWorkers } from './workers.ts';

/** The exit code for a wrong configuration (EX_CONFIG of sysexits). */
const CONFIGURATION = 78;

export type Read =
  | { ok: true; config: Config; desired: Desired[] | undefined; warnings: string[] }
  | { ok: false; problems: string[] };

/** Environment and file, checked together: every problem in one message. */
export function readEverything(env: Environment): Read {
  const read = readConfig(env);
  if (!read.ok) return read;
  const { config } = read;
  if (config.configFile === undefined) return { ok: true, config, desired: undefined, warnings: [] };
  const file = readConfigFile({ path: config.configFile }, env);
  if (!file.ok) return file;
  const document = readDocument(file.document);
  return document.ok ? { ok: true, config, desired: document.desired, warnings: file.warnings } : document;
}

/** Runs the server until it is told to stop. @returns the exit code of the process. */
export async function startServer(env: Environment): Promise<number> {
  const read = readEverything(env);
  if (!read.ok) return refuse(read.problems);
  const { config, desired, warnings } = read;
  const log = createLog(config.logLevel);
  if (config.workers > 1 && cluster.isPrimary) return runWorkers(config.workers, log);
  for (const warning of warnings) log.warn({}, warning);

  const stop = new AbortController();
  const app = await createApp({ config, desired, log, clock: systemClock });
  if (app.problems.length > 0) {
    await app.close();
    return refuse(app.problems);
  }
  const port = await app.listen();
  log.info({ issuer: config.issuer, port, database: config.databaseUrl ? 'postgresql' : 'embedded' }, 'listening');

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  process.on('SIGHUP', () => void reload(env, app, log));
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  log.info({}, 'stopping');
  await app.close();
  log.info({}, 'stopped');
  // The channel to the primary would keep a worker running.
  cluster.worker?.disconnect();
  return 0;
}

function refuse(problems: readonly string[]): number {
  process.stderr.write(`The configuration is wrong:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`);
  return CONFIGURATION;
}

/** A file with a problem changes nothing: the server goes on with what it had. */
async function reload(env: Environment, app: App, log: ReturnType<typeof createLog>): Promise<void> {
  try {
    const read = readEverything(env);
    if (!read.ok) return log.error({ problems: read.problems }, 'the configuration was not reloaded');
    const problems = read.desired ? await app.apply(read.desired) : [];
    if (problems.length > 0) return log.error({ problems }, 'the configuration was not reloaded');
    log.info({}, 'configuration reloaded');
  } catch (error) {
    log.error({ err: error }, 'the configuration was not reloaded');
  }
}
