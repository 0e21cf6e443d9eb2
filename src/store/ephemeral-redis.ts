import type { Redis } from 'ioredis';
import { type Log, unavailable } from '../base/index.ts';
import type { Ephemeral } from './ephemeral.ts';
import { COUNT, DROP_GROUP, PUT } from './ephemeral-redis-scripts.ts';

interface Scripts {
  putEntries(keyCount: number, ...args: (string | number)[]): Promise<unknown>;
  countUp(key: string, window: number): Promise<number>;
  dropGroup(group: string): Promise<unknown>;
}

/**
 * {@link Ephemeral} on Redis, every key under `sp:`. Commands of one tick share one write to the socket. A Redis that is
 * away fails every call at once, also at the start; the connection is tried again in the background.
 */
export async function openEphemeralRedis({ url, log }: { url: string; log: Log }): Promise<Ephemeral> {
  const redis = await connect(url, log);
  const answer = async <T>(command: Promise<T>): Promise<T> => {
    try {
      return await command;
    } catch (error) {
      throw unavailable(`Redis does not answer: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  };

  return {
    async put(...entries) {
      const [first, ...more] = entries;
      if (first === undefined) return;
      if (more.length === 0 && first.group === undefined) {
        await answer(redis.set(first.key, JSON.stringify(first.value), 'PX', milliseconds(first.ttl)));
        return;
      }
      const keys = entries.flatMap(({ key, group }) => [key, group === undefined ? key : `group:${group}`]);
      const values = entries.flatMap(({ value, ttl }) => [JSON.stringify(value), milliseconds(ttl)]);
      await answer(redis.putEntries(keys.length, ...keys, ...values));
    },
    async get(key) {
      const text = await answer(redis.get(key));
      return text === null ? undefined : JSON.parse(text);
    },
    async take(key) {
      const text = await answer(redis.getdel(key));
      return text === null ? undefined : JSON.parse(text);
    },
    count: (key, window) => answer(redis.countUp(key, milliseconds(window))),
    async drop(...keys) {
      if (keys.length > 0) await answer(redis.del(...keys));
    },
    async dropGroup(group) {
      await answer(redis.dropGroup(`group:${group}`));
    },
    async close() {
      redis.disconnect();
    },
  };
}

async function connect(url: string, log: Log): Promise<Redis & Scripts> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    keyPrefix: 'sp:',
    lazyConnect: true,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 1000,
    connectTimeout: 2000,
    retryStrategy: (times) => Math.min(times * 100, 1000),
    connectionName: 'sallyport',
  });
  logOutages(redis, log);
  redis.defineCommand('putEntries', { lua: PUT });
  redis.defineCommand('countUp', { numberOfKeys: 1, lua: COUNT });
  redis.defineCommand('dropGroup', { numberOfKeys: 1, lua: DROP_GROUP });
  // An outage at the start is told by the log and by every call; it ends by itself.
  await redis.connect().catch(() => undefined);
  return redis as Redis & Scripts;
}

/** One line when it goes and one when it comes back, however many tries lie between. */
function logOutages(redis: Redis, log: Log): void {
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.error({ error: error.message }, 'Redis is away; sign-ins in progress must wait');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({}, 'Redis is back');
    away = false;
  });
}

const milliseconds = (seconds: number): number => Math.max(1, Math.round(seconds * 1000));
