import type { Recorder } from '../audit/index.ts';
import type { Store, User } from '../store/index.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';

/** Somebody to be told: as it waits in the outbox. */
export type NewDeviceSighting = { userId: string; origin: ChangeOrigin };

/**
 * Somebody signed in with a browser that nobody had signed in with as this user. They are told, unless it is their first
 * one; not while they wait for their sign-in.
 */
export interface NoticeNewDevice {
  /** To be called before the browser is remembered: whether there was another is asked now, when the answer is certain. */
  seen(sighting: NewDeviceSighting): Promise<void>;
  tell(sighting: NewDeviceSighting): Promise<void>;
}

/** Tells the owner that somebody signed in with a browser that was not known. */
export type TellOfNewDevice = (user: User, origin: ChangeOrigin, within: Store) => Promise<void>;

export interface NoticeNewDeviceNeeds {
  store: Pick<Store, 'tx' | 'devices'>;
  recorder: Recorder;
  /** Puts it into the outbox. */
  enqueue: (sighting: NewDeviceSighting) => Promise<void>;
  notice: TellOfNewDevice;
}

export function createNoticeNewDevice({ store, recorder, enqueue, notice }: NoticeNewDeviceNeeds): NoticeNewDevice {
  return {
    async seen(sighting) {
      if (await store.devices.any(sighting.userId)) await enqueue(sighting);
    },
    tell: ({ userId, origin }) =>
      store.tx(async (within) => {
        const user = await within.users.find(userId);
        if (!user) return;
        await recorder.within(within, { ...changeOf(userId, origin), type: 'device.new', data: {} });
        await notice(user, origin, within);
      }),
  };
}
