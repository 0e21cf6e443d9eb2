import { isDeepStrictEqual } from 'node:util';
import type { Recorder } from '../audit/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import type { Collected } from './attributes.ts';
import type { ChangeOrigin } from './enroll-authenticator.ts';

/** What people say about themselves. Answers the names of what is different now. */
export type ChangeProfile = (userId: string, given: ProfileChange, origin: ChangeOrigin) => Promise<string[]>;

/** Of what is named: a value that is absent empties it. Everything else stays. */
export interface ProfileChange {
  named: readonly string[];
  collected: Collected;
  /** An address; null for none; what it was, when left out. */
  picture?: string | null;
  /** A picture that is kept here, at that address. What was kept before goes. */
  upload?: { id: string; type: string; bytes: Uint8Array };
}

const COLUMNS = { given_name: 'givenName', family_name: 'familyName', locale: 'locale' } as const;

export function createChangeProfile(needs: { store: Pick<Store, 'tx'>; recorder: Recorder }): ChangeProfile {
  return (userId, { named, collected, picture, upload }, { client, ip }) =>
    needs.store.tx(async (within) => {
      await within.users.lock(userId);
      const user = await within.users.find(userId);
      if (!user) return [];
      const columns = Object.entries(COLUMNS).filter(
        ([name, column]) => named.includes(name) && user[column] !== collected[column],
      );
      const own = named.filter((name) => !(name in COLUMNS));
      const attributes: JsonObject = { ...user.attributes };
      for (const name of own) {
        const value = collected.attributes[name];
        if (value === undefined) delete attributes[name];
        else attributes[name] = value;
      }
      const fields = [
        ...columns.map(([name]) => name),
        ...own.filter((name) => !isDeepStrictEqual(user.attributes[name], attributes[name])),
        ...(picture === undefined || picture === (user.picture ?? null) ? [] : ['picture']),
      ];
      if (fields.length === 0) return [];
      if (upload) await within.pictures.put(upload.id, userId, upload);
      else if (picture !== undefined) await within.pictures.remove(userId);
      await within.users.update(userId, {
        ...Object.fromEntries(columns.map(([, column]) => [column, collected[column] ?? null])),
        ...(picture === undefined ? {} : { picture }),
        attributes,
      });
      const data = { fields };
      await needs.recorder.within(within, { type: 'user.profile_changed', userId, clientId: client.id, ip, data });
      return fields;
    });
}
