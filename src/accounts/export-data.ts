import type { Recorder } from '../audit/index.ts';
import { newId, type Sealing } from '../base/index.ts';
import type { DataExport, Store, User } from '../store/index.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';

/** A copy to be made: as it waits in the outbox. */
export type ExportOrder = { userId: string; id: string; origin: ChangeOrigin };

/** A copy of everything held about somebody, made in the background and fetched by them while they are signed in. */
export interface ExportData {
  /** False when one was asked for a moment ago. */
  request(user: User, origin: ChangeOrigin): Promise<boolean>;
  /** Makes what was ordered, once. */
  make(order: ExportOrder): Promise<void>;
  listFor(userId: string): Promise<DataExport[]>;
  /** The copy, for its owner and nobody else. */
  download(userId: string, id: string, origin: ChangeOrigin): Promise<string | undefined>;
}

export type TellOfExport = (
  user: User,
  made: { expiresAt: number },
  origin: ChangeOrigin,
  within: Store,
) => Promise<void>;

export interface ExportDataNeeds {
  store: Store;
  sealing: Pick<Sealing, 'seal' | 'open'>;
  recorder: Recorder;
  /** Puts the order into the outbox, within the transaction that notes it. */
  order: (order: ExportOrder, within: Store) => Promise<void>;
  tell: TellOfExport;
}

/** Seconds. */
const KEPT = 7 * 24 * 3600;
const PAUSE = 3600;
const sealedFor = (id: string) => `data-export:${id}`;

export function createExportData(needs: ExportDataNeeds): ExportData {
  const { store, sealing, recorder, order, tell } = needs;

  return {
    request: (user, origin) =>
      store.tx(async (within) => {
        const id = newId();
        // Of parallel wishes one is granted.
        await within.users.lock(user.id);
        if (!(await within.dataExports.request(id, user.id, { ttl: KEPT, pause: PAUSE }))) return false;
        const data = { export: id };
        await recorder.within(within, { ...changeOf(user.id, origin), type: 'user.export_requested', data });
        await order({ userId: user.id, id, origin }, within);
        return true;
      }),

    async make({ userId, id, origin }) {
      const everything = await store.personalData(userId);
      // Deleted meanwhile: there is nothing left to tell, and nobody to tell it.
      if (!everything) return;
      const sealed = sealing.seal(JSON.stringify(everything, null, 2), sealedFor(id));
      await store.tx(async (within) => {
        const expiresAt = await within.dataExports.finish(id, sealed);
        const user = await within.users.find(userId);
        if (user && expiresAt !== undefined) await tell(user, { expiresAt }, origin, within);
      });
    },

    listFor: store.dataExports.listFor,

    async download(userId, id, origin) {
      const sealed = await store.dataExports.sealed(userId, id);
      if (sealed === undefined) return undefined;
      await recorder.record({ ...changeOf(userId, origin), type: 'user.export_downloaded', data: { export: id } });
      return sealing.open(sealed, sealedFor(id));
    },
  };
}
