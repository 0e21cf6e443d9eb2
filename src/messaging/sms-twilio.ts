import { DeliveryError } from './delivery-error.ts';
import type { SmsGateway } from './sms.ts';
import { post } from './sms-post.ts';

/** Codes of Twilio's that are about the number, not about us: nobody could send to it. */
const ABOUT_THE_NUMBER = new Set([21211, 21214, 21217, 21408, 21610, 21612, 21614]);

/**
 * Twilio's Programmable Messaging, Messages resource: `twilio://ACCOUNT_SID:AUTH_TOKEN@api.twilio.com?from=+1…` or
 * `…?messaging_service=MG…`. @param endpoint where its API is
 */
export function twilioGateway(url: URL, endpoint: string): SmsGateway {
  const account = decodeURIComponent(url.username);
  const authorization = `Basic ${Buffer.from(`${account}:${decodeURIComponent(url.password)}`).toString('base64')}`;
  const service = url.searchParams.get('messaging_service');
  // A plus that was not escaped is a space by the rules of forms.
  const from = url.searchParams.get('from')?.replace(/^ /, '+') ?? '';

  return {
    name: 'twilio',
    async send({ to, text }, signal) {
      const sender: Record<string, string> = service === null ? { From: from } : { MessagingServiceSid: service };
      const { status, body } = await post(
        `${endpoint}/2010-04-01/Accounts/${account}/Messages.json`,
        { headers: { authorization }, body: new URLSearchParams({ To: to, Body: text, ...sender }) },
        signal,
      );
      if (status === 201) return;
      const code = Number((body as { code?: unknown } | undefined)?.code);
      throw new DeliveryError(`Twilio answered ${status}${code ? ` (${code})` : ''}`, {
        final: status === 400 && ABOUT_THE_NUMBER.has(code),
      });
    },
  };
}
