import { isDeepStrictEqual } from 'node:util';
import type { Recorder } from '../audit/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { type Collected, PROFILE_COLUMNS } from './attributes.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';

/** What people say about themselves. What is the same as before is not recorded as a change. */
export type ChangeProfile = (userId: string, given: ProfileChange, origin: ChangeOrigin) => Promise<void>;

/** Everything that is left out stays. */
export interface ProfileChange {
  /** Of what is named: a value that is absent empties it. */
  named?: readonly string[];
  collected?: Collected;
  /** `null` for none. `upload` is kept here, at that URL; what was kept before goes. */
  picture?: { url: string | null; upload?: { id: string; type: string; bytes: Uint8Array } };
}

export function createChangeProfile(needs: { store: Pick<Store, 'tx'>; recorder: Recorder }): ChangeProfile {
  return (userId, { named = [], collected = { attributes: {} }, picture }, origin) =>
    needs.store.tx(async (within) => {
      await within.users.lock(userId);
      const user = await within.users.find(userId);
      if (!user) return;
      const columns = Object.entries(PROFILE_COLUMNS).filter(
        ([name, column]) => named.includes(name) && user[column] !== collected[column],
      );
      const own = named.filter((name) => !Object.hasOwn(PROFILE_COLUMNS, name));
      const attributes: JsonObject = { ...user.attributes };
      for (const name of own) {
        const value = collected.attributes[name];
        if (value === undefined) delete attributes[name];
        else attributes[name] = value;
      }
      const fields = [
        ...columns.map(([name]) => name),
        ...own.filter((name) => !isDeepStrictEqual(user.attributes[name], attributes[name])),
        ...(picture ? ['picture'] : []),
      ];
      if (fields.length === 0) return;
      const { url, upload } = picture ?? {};
      if (upload) await within.pictures.put(upload.id, userId, upload);
      else if (picture) await within.pictures.remove(userId);
      await within.users.update(userId, {
        ...Object.fromEntries(columns.map(([, column]) => [column, collected[column] ?? null])),
        ...(url === undefined ? {} : { picture: url }),
        attributes,
      });
      await needs.recorder.within(within, {
        ...changeOf(userId, origin),
        type: 'user.profile_changed',
        data: { fields },
      });
    });
}
