import { DeliveryError } from './delivery-error.ts';
import type { SmsGateway } from './sms.ts';
import { post } from './sms-post.ts';

/** Statuses of Vonage's that are about the number or the text: nobody could send it. */
const ABOUT_THE_MESSAGE = new Set(['6', '7', '12', '15']);

/**
 * Vonage's SMS API: `vonage://KEY:SECRET@rest.nexmo.com?from=NAME`. It answers 200 whatever comes of it; the truth is in
 * the status of each part. @param endpoint where its API is
 */
export function vonageGateway(url: URL, endpoint: string): SmsGateway {
  const [apiKey, apiSecret] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const from = url.searchParams.get('from')?.replace(/^ /, '+') ?? '';

  return {
    name: 'vonage',
    async send({ to, text, id }, signal) {
      const unicode = /[^\x20-\x7e]/.test(text) ? { type: 'unicode' } : {};
      const form = {
        api_key: apiKey,
        api_secret: apiSecret,
        from,
        to: to.slice(1),
        text,
        'client-ref': id,
        ...unicode,
      };
      const { status, body } = await post(`${endpoint}/sms/json`, { body: new URLSearchParams(form) }, signal);
      const parts = (body as { messages?: { status?: unknown }[] } | undefined)?.messages ?? [];
      const refused = parts.map((part) => String(part.status)).find((one) => one !== '0');
      if (status === 200 && parts.length > 0 && refused === undefined) return;
      throw new DeliveryError(`Vonage answered ${status}${refused === undefined ? '' : ` (status ${refused})`}`, {
        final: refused !== undefined && ABOUT_THE_MESSAGE.has(refused),
      });
    },
  };
}
