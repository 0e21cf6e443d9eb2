import type { SmsGateway } from './sms.ts';
import { twilioGateway } from './sms-twilio.ts';
import { vonageGateway } from './sms-vonage.ts';
import { webhookGateway } from './sms-webhook.ts';

/** The list. Adding a gateway is a file beside this one, and a line here. */
const BY_SCHEME: Record<string, (url: URL) => SmsGateway> = {
  'twilio:': (url) => twilioGateway(url, endpointOf(url, 'api.twilio.com')),
  'vonage:': (url) => vonageGateway(url, endpointOf(url, 'rest.nexmo.com')),
  'https:': webhookGateway,
  'http:': webhookGateway,
};

/** Those that `SMS_URL` names, in the order in which they are tried; `log:` is the demo's own and none of them. */
export function smsGateways(urls: string | undefined): SmsGateway[] {
  return (urls ?? '').split(/[\s,]+/).flatMap((text) => {
    const url = URL.parse(text);
    return url ? (BY_SCHEME[url.protocol]?.(url) ?? []) : [];
  });
}

/** The provider's own address over https, unless the operator names another (`endpoint=`), as a proxy of theirs would be. */
function endpointOf(url: URL, host: string): string {
  return url.searchParams.get('endpoint')?.replace(/\/+$/, '') ?? `https://${url.host || host}`;
}
