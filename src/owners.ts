import {
  createChangeContact,
  createDisownChange,
  createNoticeNewDevice,
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
  clock: Clock;
}

/** What keeps accounts their owners': who is told of a change, how it is taken back, and how everybody else is locked out. */
export function createOwners({ config, opened, sealing, recorder, messages, clock }: OwnersNeeds) {
  const { store } = opened;
  const signOut = createSignOut({
    store,
    recorder,
    notify: (notice, within) => messages.outbox.enqueue('backchannel_logout', notice, within.outbox),
  });
  const links = createSecretLinks({ store, sealing });
  const notices = createNotices({ config, messages, clock });
  const disownChange = createDisownChange({ store, links, signOut, recorder });
  const { newLink } = disownChange;
  return {
    signOut,
    links,
    notices,
    disownChange,
    tell: notices.ofChange(newLink),
    changeContact: createChangeContact({ store, links, signOut, recorder, tell: notices.ofContactChange }),
    newDevices: createNoticeNewDevice({
      store,
      recorder,
      enqueue: (sighting) => messages.outbox.enqueue('new_device', sighting),
      notice: notices.ofNewDevice(newLink),
    }),
    waiting: createWaitForRecovery({ store, recorder, newLink, tell: notices.ofRecovery }),
    resetPassword: createResetPassword({ store, signOut, recorder, tell: notices.ofPassword }),
  };
}
