import type { Log } from '../base/index.ts';
import type { MailTransport } from './mail.ts';

/** Stands in where no mail server is configured: says so, and nothing of the mail. */
export function createUnconfiguredMail({ log }: { log: Log }): MailTransport {
  return {
    async send({ id }) {
      log.warn({ id }, 'mail is not configured (SMTP_URL): a message was dropped');
    },
    close() {},
  };
}
