import type { Clock } from '../base/index.ts';
import { DeliveryError } from './delivery-error.ts';
import type { MailPayload, MailTransport } from './mail.ts';
import type { MailTemplates } from './mail-templates.ts';
import type { Deliver } from './outbox-rows.ts';

export interface MailDeliveryNeeds {
  templates: MailTemplates;
  transport: Pick<MailTransport, 'send'>;
  /** `name@example.com` or `Name <name@example.com>`, from the operator. */
  from: string;
  clock: Clock;
}

/** How the outbox hands over what it holds of kind `mail`. */
export function createMailDelivery({ templates, transport, from, clock }: MailDeliveryNeeds): Deliver<MailPayload> {
  return async (payload, { id, signal }) => {
    const { at, minutes } = payload.params;
    if (minutes !== undefined && clock() > (at + minutes * 60) * 1000) {
      throw new DeliveryError('the code in it has expired', { final: true });
    }
    await transport.send({ id, from, to: payload.to, ...templates.render(payload), at: clock() }, signal);
  };
}
