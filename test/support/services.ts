/**
 * Private services for tests: a PostgreSQL and a Redis of this process, from the binaries of this machine, on free
 * ports of the loopback, and embedded databases with the schema ready. They end with `close`, and with the process
 * however it ends: each runs under a shell that waits for this process to let go of its end of a pipe.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chownSync, cpSync, existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createLog } from '../../src/base/index.ts';
import { openStore } from '../../src/store/index.ts';
import { readMigrations } from '../../src/store/migrator.ts';

export interface Service {
  url: string;
  /** Of the server itself: for SIGSTOP, SIGCONT and SIGKILL. */
  pid(): number;
  /** Ends it as a crash would; its data and port stay. */
  stop(): Promise<void>;
  /** After `stop`: the same data and port again. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface Postgres extends Service {
  /** Folder of the unix socket, for `postgres:///name?host=…&port=…`. */
  socketDir: string;
  port: number;
}

const log = createLog('silent');

export const hasPostgres = (): boolean => binary('postgres') !== undefined;
export const hasRedis = (): boolean => binary('redis-server') !== undefined;

function binary(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...globSync('/usr/lib/postgresql/*/bin')];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function needed(name: string): string {
  const path = binary(name);
  if (path === undefined) throw new Error(`this machine has no ${name}; begin the test file with '// needs: …'`);
  return path;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)));
    });
  });
}

/** @param options.durable with fsync, for tests that cut the power off. */
export async function startPostgres({ durable = false }: { durable?: boolean } = {}): Promise<Postgres> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-pg-'));
  const user = unprivileged();
  if (user) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  execFileSync(
    needed('initdb'),
    ['-D', data, '-U', 'sallyport', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...user, cwd: dir, stdio: 'pipe' },
  );
  const port = await freePort();
  const settings = [`fsync=${durable ? 'on' : 'off'}`, 'max_connections=100', 'shared_buffers=32MB', 'jit=off'];
  const options = ['listen_addresses=127.0.0.1', `unix_socket_directories=${dir}`, ...settings];
  const args = ['-D', data, '-p', `${port}`, ...options.flatMap((option) => ['-c', option])];
  const url = `postgres://sallyport@127.0.0.1:${port}/postgres`;
  const pid = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const ready = () => withClient(url, async () => undefined);
  const service = await supervise({ command: needed('postgres'), args, dir, user, signal: 'QUIT', ready, pid });
  return { ...service, url, socketDir: dir, port };
}

export async function startRedis(): Promise<Service> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-redis-'));
  const port = await freePort();
  const pidFile = join(dir, 'redis.pid');
  const options = { port, bind: '127.0.0.1', dir, save: '', appendonly: 'no', pidfile: pidFile };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const pid = () => Number(readFileSync(pidFile, 'utf8'));
  const command = needed('redis-server');
  const service = await supervise({ command, args, dir, signal: 'KILL', ready: () => dial(port), pid });
  return { ...service, url: `redis://127.0.0.1:${port}` };
}

const templates = new WeakMap<Postgres, Promise<void>>();

/** The address of a fresh database with the schema in it. */
export async function newDatabase(server: Postgres): Promise<string> {
  const template = templates.get(server) ?? makeTemplate(server);
  templates.set(server, template);
  await template;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withClient(server.url, (client) => client.query(`create database ${name} template sallyport_template`));
  return urlOf(server, name);
}

async function makeTemplate(server: Postgres): Promise<void> {
  await withClient(server.url, (client) => client.query('create database sallyport_template'));
  const { migrate, close } = await openStore({ databaseUrl: urlOf(server, 'sallyport_template'), dataDir: '', log });
  await migrate();
  await close();
}

function urlOf({ url }: Postgres, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}

/**
 * A DATA_DIR with an embedded database that has the schema: copied from one that is made once per schema and machine.
 * It is removed when the process ends.
 */
export async function newDataDir(): Promise<string> {
  const key = createHash('sha256').update(
    readMigrations()
      .map(({ checksum }) => checksum)
      .join(),
  );
  const template = join(tmpdir(), `sallyport-pglite-${key.digest('hex').slice(0, 16)}`);
  if (!existsSync(template)) await makeDataDir(template);
  const dir = temporaryDir();
  cpSync(template, dir, { recursive: true });
  return dir;
}

async function makeDataDir(template: string): Promise<void> {
  const dir = temporaryDir();
  const { migrate, close } = await openStore({ dataDir: dir, log });
  await migrate();
  await close();
  try {
    renameSync(dir, template);
  } catch (error) {
    // Another test made it meanwhile.
    if (!existsSync(template)) throw error;
  }
}

function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-data-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

interface Supervised {
  command: string;
  args: string[];
  dir: string;
  user?: { uid: number; gid: number } | undefined;
  /** What ends it at once, as a crash would. */
  signal: 'QUIT' | 'KILL';
  /** Throws until it answers. */
  ready(): Promise<unknown>;
  pid(): number;
}

/**
 * A shell that runs the service until a line says to keep its data, or until the pipe closes because the process that
 * holds it has ended: then the data goes too.
 */
const KEEPER =
  'dir=$1 signal=$2; shift 2; "$@" </dev/null >"$dir/log" 2>&1 & read -r word; kill -$signal $!; wait; [ "$word" = keep ] || rm -rf "$dir"';

async function supervise({ command, args, dir, user, signal, ready, pid }: Supervised): Promise<Omit<Service, 'url'>> {
  let keeper: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const child = spawn('/bin/sh', ['-c', KEEPER, 'keeper', dir, signal, command, ...args], {
      ...user,
      cwd: dir,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    keeper = child;
    // A test file may end without closing what it started.
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    await until(ready, () => `${command} did not start: ${readFileSync(join(dir, 'log'), 'utf8').slice(-1000)}`);
  };
  const end = async (word: string): Promise<void> => {
    const child = keeper;
    keeper = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.stdin?.end(word);
    await ended;
  };
  await start();
  return {
    pid,
    start,
    stop: () => end('keep\n'),
    async close() {
      await end('\n');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function until(ready: () => Promise<unknown>, why: () => string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await ready();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(why(), { cause: error });
      await sleep(50);
    }
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function dial(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
}
