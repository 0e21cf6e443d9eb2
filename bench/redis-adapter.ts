import type { Redis } from 'ioredis';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

const GRANTABLE = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** The plainest Redis adapter that does what the library's page asks: one key a value, nothing batched, nothing guarded. */
export function createPlainRedisAdapter(redis: Redis): AdapterFactory {
  return (model) => {
    const key = (id: string): string => `${model}:${id}`;
    const read = async (id: string): Promise<AdapterPayload | undefined> => {
      const text = await redis.get(key(id));
      return text === null ? undefined : (JSON.parse(text) as AdapterPayload);
    };
    const readBy = async (index: string): Promise<AdapterPayload | undefined> => {
      const id = await redis.get(index);
      return id === null ? undefined : read(id);
    };
    const adapter: Adapter = {
      async upsert(id, payload, expiresIn) {
        const multi = redis.multi().set(key(id), JSON.stringify(payload), 'EX', expiresIn || 86_400);
        if (payload.uid) multi.set(`uid:${payload.uid}`, id, 'EX', expiresIn || 86_400);
        if (payload.userCode) multi.set(`userCode:${payload.userCode}`, id, 'EX', expiresIn || 86_400);
        if (GRANTABLE.has(model) && payload.grantId) {
          multi.rpush(`grant:${payload.grantId}`, key(id)).expire(`grant:${payload.grantId}`, 86_400);
        }
        await multi.exec();
      },
      find: read,
      findByUid: (uid) => readBy(`uid:${uid}`),
      findByUserCode: (userCode) => readBy(`userCode:${userCode}`),
      async consume(id) {
        const payload = await read(id);
        if (payload === undefined) return;
        const consumed = { ...payload, consumed: Math.floor(Date.now() / 1000) };
        await redis.set(key(id), JSON.stringify(consumed), 'KEEPTTL');
      },
      async destroy(id) {
        await redis.del(key(id));
      },
      async revokeByGrantId(grantId) {
        const keys = await redis.lrange(`grant:${grantId}`, 0, -1);
        await redis.del(`grant:${grantId}`, ...keys);
      },
    };
    return adapter;
  };
}
