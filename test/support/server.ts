import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, newDatabase, newDataDir, startPostgres, startRedis } from './services.ts';
import { type SmtpServer, startSmtpServer } from './smtp-server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Where a server of the tests keeps its things: the three set-ups that have to behave the same. */
export type SetUp = 'pglite' | 'postgres' | 'postgres + redis';
export const setUps: readonly SetUp[] = ['pglite', 'postgres', 'postgres + redis'];

/** What several servers can share. */
export interface Backing {
  env: Record<string, string>;
  /** Addresses of the services, for tests that look inside or pull the plug. */
  databaseUrl?: string;
  redis?: Awaited<ReturnType<typeof startRedis>>;
  postgres?: Awaited<ReturnType<typeof startPostgres>>;
  dataDir?: string;
  close(): Promise<void>;
}

export const SECRET = 'a-secret-of-the-tests-that-is-long-enough';

export async function startBacking(setUp: SetUp, { durable = false } = {}): Promise<Backing> {
  if (setUp === 'pglite') {
    const dataDir = await newDataDir();
    return {
      env: { DATA_DIR: dataDir, SALLYPORT_SECRET: SECRET },
      dataDir,
      close: async () => rmSync(dataDir, { recursive: true, force: true }),
    };
  }
  const postgres = await startPostgres({ durable });
  const redis = setUp === 'postgres + redis' ? await startRedis() : undefined;
  const databaseUrl = await newDatabase(postgres);
  return {
    env: { DATABASE_URL: databaseUrl, SALLYPORT_SECRET: SECRET, ...(redis ? { REDIS_URL: redis.url } : {}) },
    databaseUrl,
    postgres,
    ...(redis ? { redis } : {}),
    async close() {
      await redis?.close();
      await postgres.close();
    },
  };
}

export interface RunningServer {
  issuer: string;
  mail: SmtpServer;
  /** Everything it has written to its log so far. */
  log(): string;
  pid: number;
  /** As an operator would: SIGTERM, and the end of the process. @returns the exit code */
  stop(): Promise<number>;
  /** As a crash would: SIGKILL. */
  kill(): Promise<void>;
  /** SIGHUP, after the file was written anew. */
  reload(file: string): void;
}

export interface ServerOptions {
  backing: Backing;
  /** The declarative file, YAML. */
  file: string;
  port?: number;
  /** By which name it is reached: browsers keep cookies of two names apart, of two ports not. */
  host?: 'localhost' | '127.0.0.1';
  env?: Record<string, string>;
  /** Shared when several servers send through the same. */
  mail?: SmtpServer;
}

/** The real server in a process of its own, on a free port of the loopback. @throws when it does not get ready. */
export async function startServer({
  backing,
  file,
  port: wanted,
  host = 'localhost',
  env = {},
  mail: shared,
}: ServerOptions): Promise<RunningServer> {
  const port = wanted ?? (await freePort());
  const issuer = `http://${host}:${port}`;
  const mail = shared ?? (await startSmtpServer());
  const path = join(tmpdir(), `sallyport-${process.pid}-${port}.yaml`);
  writeFileSync(path, file);
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH ?? '',
      ISSUER: issuer,
      PORT: String(port),
      SMTP_URL: mail.url,
      SALLYPORT_CONFIG: path,
      ...backing.env,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()));
  const ended = once(child, 'exit');
  process.setMaxListeners(0);
  process.once('exit', () => child.kill('SIGKILL'));
  try {
    await ready(issuer, child, () => output);
  } catch (error) {
    if (!shared) await mail.close();
    throw error;
  }

  return {
    issuer,
    mail,
    pid: child.pid ?? 0,
    log: () => output,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      if (!shared) await mail.close();
      rmSync(path, { force: true });
      return Number(code);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    reload(text) {
      writeFileSync(path, text);
      child.kill('SIGHUP');
    },
  };
}

async function ready(issuer: string, child: ChildProcess, output: () => string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end && child.exitCode === null; ) {
    const answer = await fetch(`${issuer}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`the server did not get ready:\n${output()}`);
}

/** Runs the same stories on every set-up, each with a server of its own. A story's name states what is guaranteed. */
export function onEverySetUp(file: string, stories: Record<string, (server: RunningServer) => Promise<void>>): void {
  for (const setUp of setUps) {
    test(setUp, async (t) => {
      const backing = await startBacking(setUp);
      t.after(backing.close);
      const server = await startServer({ backing, file });
      t.after(server.stop);
      for (const [guarantee, story] of Object.entries(stories)) await t.test(guarantee, () => story(server));
    });
  }
}
