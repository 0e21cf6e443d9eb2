import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import pg from 'pg';
import { onServerCore } from './cores.ts';
import { type RunningTarget, SETUP } from './target.ts';

const ROOT = join(import.meta.dirname, '..');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No free port was given.');
  return address.port;
}

/** Waits until the address answers 200. @throws Error when the process ends first, or after 30 s */
async function answering(url: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`The server for ${url} ended with ${child.exitCode}.`);
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not answer within 30 s.`);
}

function start(script: string, env: Record<string, string>): ChildProcess {
  const [command, args] = onServerCore(join(ROOT, script));
  const { PATH = '' } = process.env;
  return spawn(command, args, {
    cwd: ROOT,
    env: { PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await ended;
  clearTimeout(late);
}

export async function startReference(name: string, redisUrl: string): Promise<RunningTarget> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const child = start('bench/reference.ts', { PORT: String(port), REDIS_URL: redisUrl });
  await answering(`${issuer}/.well-known/openid-configuration`, child);
  return { name, kind: 'reference', issuer, pid: child.pid ?? 0, close: () => stop(child) };
}

interface Stores {
  databaseUrl: string;
  redisUrl: string;
}

export async function startSallyport(name: string, { databaseUrl, redisUrl }: Stores): Promise<RunningTarget> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const config = join(folder, 'bench.yaml');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ clients: CLIENTS, apis: APIS, settings: SETTINGS }));
  const child = start('src/main.ts', {
    ISSUER: issuer,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    SALLYPORT_SECRET: randomBytes(32).toString('base64url'),
    SALLYPORT_CONFIG: config,
    // The load says which address each connection comes from, so that limits per address see sixteen people.
    TRUSTED_PROXIES: '127.0.0.1/32',
    LOG_LEVEL: 'warn',
  });
  const close = async (): Promise<void> => {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(`${issuer}/health/ready`, child);
    await addUsers(databaseUrl);
  } catch (error) {
    await close();
    throw error;
  }
  return { name, kind: 'sallyport', issuer, pid: child.pid ?? 0, close };
}

const APIS = [
  { indicator: SETUP.resource, scopes: ['read'], access_token_format: 'jwt', introspected_by: [SETUP.machine.id] },
];

/** The limits are there and count; they are only wide enough for one machine to be many people. */
const SETTINGS = {
  limits: { requests_per_minute: 1_000_000, messages_per_quarter_hour: 1000 },
  bot_check: { messages_per_hour: 1_000_000 },
};

const CLIENTS = [
  {
    client_id: SETUP.machine.id,
    client_name: 'Bench machine',
    client_secret: SETUP.machine.secret,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  },
  {
    client_id: SETUP.app.id,
    client_name: 'Bench app',
    first_party: true,
    token_endpoint_auth_method: 'none',
    redirect_uris: [SETUP.app.redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: SETUP.scope,
    methods: ['password'],
  },
];

/** People who registered long ago: written straight into the tables, since registering is not what is measured. */
async function addUsers(databaseUrl: string): Promise<void> {
  const passwordHash = await hash(SETUP.password, SETUP.argon2);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `insert into users (id, email, email_verified_at, given_name)
     select 'bench-' || n, email, now(), 'Person' from unnest($1::text[]) with ordinality as people (email, n)
     on conflict do nothing`,
    [SETUP.users],
  );
  await client.query(
    `insert into passwords (user_id, hash) select id, $1 from users where id like 'bench-%' on conflict do nothing`,
    [passwordHash],
  );
  await client.end();
}
