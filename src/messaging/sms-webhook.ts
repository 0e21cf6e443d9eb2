import { DeliveryError } from './delivery-error.ts';
import type { SmsGateway } from './sms.ts';
import { isPassing, post } from './sms-post.ts';

/** Anything that takes `POST {to, text, purpose, id}` as JSON and answers 2xx when it has taken it. */
export function webhookGateway(url: URL): SmsGateway {
  const target = new URL(url);
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization =
    url.username === '' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  target.username = '';
  target.password = '';

  return {
    name: 'webhook',
    async send({ to, text, purpose, id }, signal) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': id, ...authorization };
      const body = JSON.stringify({ to, text, purpose, id });
      const { status } = await post(target.href, { headers, body }, signal);
      if (status >= 200 && status < 300) return;
      throw new DeliveryError(`the gateway answered ${status}`, { final: !isPassing(status) });
    },
  };
}
