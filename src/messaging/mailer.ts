import { AppError } from '../base/index.ts';
import type { Addressed, MailKind, MailParams, MailPayload } from './mail.ts';
import type { OutboxRows } from './outbox-rows.ts';

export interface Mailer {
  /**
   * @param within the rows of the transaction it belongs to.
   * @throws AppError `mail_address` for what is not one plain address; checking it is the task of who took it in.
   */
  send<Kind extends MailKind>(
    kind: Kind,
    mail: Addressed<MailParams[Kind]>,
    within?: Pick<OutboxRows, 'add'>,
  ): Promise<void>;
}

export interface MailerNeeds {
  outbox: { enqueue(kind: 'mail', payload: MailPayload, within?: Pick<OutboxRows, 'add'>): Promise<void> };
}

/** Nothing that means something in a header or an SMTP command (RFC 5321 section 4.1.2), and no second address. */
const ONE_ADDRESS = /^[^\s\p{C}<>()[\]\\,;:"@]{1,64}@[^\s\p{C}<>()[\]\\,;:"@]{1,255}$/u;

/** Puts mail into the outbox. */
export function createMailer({ outbox }: MailerNeeds): Mailer {
  return {
    async send(kind, { to, lang, client, params }, within) {
      if (!ONE_ADDRESS.test(to)) throw new AppError('mail_address', 400, 'mail asked for to what is no single address');
      await outbox.enqueue(
        'mail',
        { kind, to, lang, ...(client && { client: { name: client.name } }), params },
        within,
      );
    },
  };
}
