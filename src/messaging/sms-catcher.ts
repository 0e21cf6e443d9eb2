import type { SmsGateway, SmsMessage } from './sms.ts';

/** Text messages of a demonstration: they go into a mailbox of this process and leave no further. */
export function createSmsCatcher(add: (message: SmsMessage) => void): SmsGateway {
  return {
    name: 'catcher',
    async send(message) {
      add(message);
    },
  };
}
