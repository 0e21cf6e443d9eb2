import type { Clock, Log } from '../base/index.ts';
import { DeliveryError, describeError } from './delivery-error.ts';
import type { MailWords } from './mail-words.ts';
import type { Deliver } from './outbox-rows.ts';
import type { SmsGateway, SmsPayload } from './sms.ts';

export interface SmsDeliveryNeeds {
  /** In the order in which they are tried. */
  gateways: readonly SmsGateway[];
  words: MailWords;
  /** Where people enter the code: phones offer it to this site only. */
  host: string;
  /** What the sender is called where no app is named. */
  houseName: () => string;
  clock: Clock;
  log: Log;
}

/** How the outbox hands over what it holds of kind `sms`: a gateway in trouble is stood in for by the next one at once. */
export function createSmsDelivery(needs: SmsDeliveryNeeds): Deliver<SmsPayload> {
  const { gateways, clock, log } = needs;
  return async (payload, { id, signal }) => {
    const { to, purpose, at, minutes } = payload;
    if (clock() > (at + minutes * 60) * 1000) {
      throw new DeliveryError('the code in it has expired', { final: true });
    }
    const message = { id, to, purpose, text: textOf(payload, needs) };
    let last: unknown = new DeliveryError('no gateway for text messages is configured (SMS_URL)', { final: true });
    for (const gateway of gateways) {
      try {
        return await gateway.send(message, signal);
      } catch (error) {
        last = error;
        if (error instanceof DeliveryError && error.final) break;
        log.warn({ id, gateway: gateway.name, error: describeError(error) }, 'text message not taken, trying the next');
      }
    }
    throw last;
  };
}

type Words = Pick<SmsDeliveryNeeds, 'words' | 'host' | 'houseName'>;

/** The last line binds the code to our site (WICG, origin-bound one-time codes): phones fill it in there and nowhere else. */
function textOf(payload: SmsPayload, { words, host, houseName }: Words): string {
  const lang = words.pick([payload.lang]);
  const client = payload.client.name || houseName();
  const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');
  if ('link' in payload) return `${plain(words.t(lang, `sms.${payload.purpose}`, { client }))} ${payload.link}`;
  const { code, minutes } = payload;
  return `${plain(words.t(lang, 'sms.code', { client, code, count: minutes }))}\n\n@${host} #${code}`;
}
