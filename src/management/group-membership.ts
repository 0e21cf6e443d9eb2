import type { Recorder } from '../audit/index.ts';
import type { Store } from '../store/index.ts';

/** Who is in a group. It counts at the next request of theirs, on every instance. @param by whom it is put down to */
export interface GroupMembership {
  /** False when they were in it, or there is no such user. */
  add(userId: string, group: string, by: string): Promise<boolean>;
  /** False when they were not in it. */
  remove(userId: string, group: string, by: string): Promise<boolean>;
}

export function createGroupMembership({
  store,
  recorder,
}: {
  store: Pick<Store, 'tx'>;
  recorder: Recorder;
}): GroupMembership {
  return {
    add: (userId, group, by) =>
      store.tx(async (within) => {
        const isIn = (await within.users.find(userId))?.groups.includes(group);
        if (isIn !== false || !(await within.groupMembers.add(userId, group))) return false;
        await recorder.within(within, { type: 'user.group_added', userId, data: { group, by } });
        return true;
      }),
    remove: (userId, group, by) =>
      store.tx(async (within) => {
        if (!(await within.groupMembers.remove(userId, group))) return false;
        await recorder.within(within, { type: 'user.group_removed', userId, data: { group, by } });
        return true;
      }),
  };
}
