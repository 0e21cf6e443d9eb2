import pg from 'pg';
import { type Log, unavailable } from '../base/index.ts';
import type { Db } from './db.ts';
import type { Notices } from './notices.ts';
import { sql } from './sql.ts';

/** Milliseconds between tries to reconnect, and between proofs that a quiet connection still lives. */
const RECONNECT_AFTER = 500;
const HEARTBEAT_EVERY = 15_000;

type Listener = (payload: string) => void;

/** LISTEN needs a connection of its own: it is opened with the first subscription and renewed when it is lost. */
export function createPostgresNotices({ url, db, log }: { url: string; db: Db; log: Log }): Notices & {
  close(): Promise<void>;
} {
  const channels = new Map<string, Set<Listener>>();
  let connecting: Promise<pg.Client> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const tell = (listener: Listener, payload: string): void => {
    try {
      listener(payload);
    } catch (error) {
      log.error({ error: String(error) }, 'a subscriber to a notice failed');
    }
  };

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'sallyport notices',
      connectionTimeoutMillis: 2000,
      query_timeout: 5000,
      keepAlive: true,
    });
    client.on('error', (error) => log.warn({ error: error.message }, 'the connection for notices was lost'));
    client.on('notification', ({ channel, payload = '' }) => {
      for (const listener of channels.get(channel) ?? []) tell(listener, payload);
    });
    await client.connect();
    const heartbeat = setInterval(() => {
      client.query('select 1').catch(() => client.end().catch(() => undefined));
    }, HEARTBEAT_EVERY).unref();
    client.on('end', () => {
      clearInterval(heartbeat);
      connecting = undefined;
      reconnectSoon();
    });
    for (const channel of channels.keys()) await listen(client, channel);
    return client;
  }

  /** A connection that cannot listen is ended, which leads to a new one. */
  async function listen(client: pg.Client, channel: string): Promise<void> {
    try {
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw unavailable(`the database does not take a subscription to ${channel}`, error);
    }
  }

  function connection(): Promise<pg.Client> {
    connecting ??= connect().catch((error) => {
      connecting = undefined;
      throw unavailable('the database does not take a connection for notices', error);
    });
    return connecting;
  }

  function reconnectSoon(): void {
    if (closed || channels.size === 0 || retry !== undefined) return;
    retry = setTimeout(async () => {
      retry = undefined;
      try {
        await connection();
      } catch {
        return reconnectSoon();
      }
      log.info({}, 'the connection for notices is back');
      for (const listeners of channels.values()) for (const listener of listeners) tell(listener, '');
    }, RECONNECT_AFTER).unref();
  }

  return {
    async publish(channel, payload = '') {
      await db.run(sql`select pg_notify(${channel}, ${payload})`);
    },
    async subscribe(channel, onNotice) {
      const client = await connection();
      const listeners = channels.get(channel) ?? new Set();
      await listen(client, channel);
      channels.set(channel, listeners.add(onNotice));
      return () => void listeners.delete(onNotice);
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      const client = await connecting?.catch(() => undefined);
      await client?.end().catch(() => undefined);
    },
  };
}
