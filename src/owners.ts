import {
  createChangeContact,
  createDisownChange,
  createLockOut,
  createNoticeNewDevice,
  createReportCompromise,
  createResetPassword,
  createSecretLinks,
  createSignOut,
  createWaitForRecovery,
} from './accounts/index.ts';
import type { Recorder } from './audit/index.ts';
import type { Clock, Sealing } from './base/index.ts';
import type { Config } from './config/index.ts';
import type { Messages } from './messages.ts';
import { createNotices } from './notices.ts';
import type { OpenStore } from './store/index.ts';

export interface OwnersNeeds {
  config: Config;
  opened: Pick<OpenStore, 'store'>;
  sealing: Sealing;
  recorder: Recorder;
  messages: Messages;
  /** The group whose members administer. */
  administrators: () => string;
  clock: Clock;
}

/** What keeps accounts their owners': who is told of a change, how it is taken back, and how everybody else is locked out. */
export function createOwners(needs: OwnersNeeds) {
  const { config, opened, sealing, recorder, messages, administrators, clock } = needs;
  const { store } = opened;
  const { outbox } = messages;
  const links = createSecretLinks({ store, sealing });
  const notices = createNotices({ config, messages, links, clock });
  const signOut = createSignOut({
    store,
    recorder,
    notify: (notice, within) => outbox.enqueue('backchannel_logout', notice, within.outbox),
  });
  const lockOut = createLockOut({ signOut, recorder, administrators, tell: notices.ofLockOut });
  return {
    signOut,
    links,
    notices,
    disownChange: createDisownChange({ store, links, lockOut, recorder }),
    reportCompromise: createReportCompromise({ store, lockOut, recorder }),
    changeContact: createChangeContact({ store, links, lockOut, recorder, tell: notices.ofContactChange }),
    newDevices: createNoticeNewDevice({
      store,
      recorder,
      enqueue: (sighting) => outbox.enqueue('new_device', sighting),
      notice: notices.ofNewDevice,
    }),
    waiting: createWaitForRecovery({ store, recorder, tell: notices.ofRecovery }),
    resetPassword: createResetPassword({ store, signOut, recorder, tell: notices.ofPassword }),
  };
}
