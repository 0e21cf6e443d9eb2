import type { MailMessage, MailTransport } from './mail.ts';

/** Mail of a demonstration: it goes into a mailbox of this process and leaves no further. */
export function createCatcher(add: (message: MailMessage) => void): MailTransport {
  return {
    async send(message) {
      add(message);
    },
    close() {},
  };
}
