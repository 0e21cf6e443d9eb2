import type { ExportOrder, NewDeviceSighting } from './accounts/index.ts';
import type { Recorder } from './audit/index.ts';
import { type Clock, epochSeconds, type Log, type Sealing } from './base/index.ts';
import type { Config } from './config/index.ts';
import * as messaging from './messaging/index.ts';
import type { MailTo } from './methods/index.ts';
import { type OpenStore, OUTBOX_CHANNEL } from './store/index.ts';
import type { Deliver } from './verifiers/index.ts';
import type { Languages } from './web/index.ts';

type Payloads = {
  mail: messaging.MailPayload;
  discard: messaging.MailPayload;
  sms: messaging.SmsPayload;
  backchannel_logout: messaging.LogoutPayload;
  data_export: ExportOrder;
  new_device: NewDeviceSighting;
};

export interface MessagesNeeds {
  config: Config;
  opened: OpenStore;
  sealing: Sealing;
  languages: Languages;
  /** The folder of mail templates. */
  views: URL;
  fetch: typeof globalThis.fetch;
  logoutToken: messaging.BackchannelLogoutNeeds['logoutToken'];
  /** Makes a copy of what is held about somebody: it takes its time, and is repeated until it is done. */
  makeExport: (order: ExportOrder) => Promise<void>;
  tellOfNewDevice: (sighting: NewDeviceSighting) => Promise<void>;
  /** What the house is called in messages that name no app. */
  houseName: () => string;
  /** Where an address is said to be. */
  countryOf: (ip: string) => string | undefined;
  recorder: Recorder;
  /** Takes the place of SMTP where mail must not leave the house (the demo). */
  mailTransport: messaging.MailTransport | undefined;
  /** Takes the place of the gateways where text messages must not leave the house. */
  smsGateway: messaging.SmsGateway | undefined;
  log: Log;
  clock: Clock;
}

interface Addressee {
  lang: string;
  client: { id: string; name: string };
  ip: string;
}

export type Messages = ReturnType<typeof createMessages>;

/** Everything that leaves the house: committed with its cause, and delivered from the outbox. */
export function createMessages(needs: MessagesNeeds) {
  const { config, opened, sealing, languages, views, fetch, logoutToken, recorder, log, clock } = needs;
  const { store, notices } = opened;
  const now = () => epochSeconds(clock);
  const transport =
    needs.mailTransport ??
    (config.smtpUrl ? messaging.createSmtp(config.smtpUrl) : messaging.createUnconfiguredMail({ log }));
  const gateways = needs.smsGateway ? [needs.smsGateway] : messaging.smsGateways(config.smsUrl);
  const { houseName, countryOf } = needs;
  const templates = messaging.createMailTemplates({ views, words: languages, houseName, countryOf });
  const writing = { templates, from: config.mailFrom, clock };
  const outbox = messaging.createOutbox<Payloads>({
    rows: store.outbox,
    sealing,
    log,
    deliver: {
      mail: messaging.createMailDelivery({ ...writing, transport }),
      // What was written for an address nobody has, so that writing it takes its time.
      discard: messaging.createMailDelivery({ ...writing, transport: { send: async () => undefined } }),
      sms: messaging.createSmsDelivery({
        gateways,
        words: languages,
        host: new URL(config.issuer).hostname,
        houseName,
        clock,
        log,
      }),
      backchannel_logout: messaging.createBackchannelLogout({ fetch, logoutToken }),
      data_export: needs.makeExport,
      new_device: needs.tellOfNewDevice,
    },
    onNotice: (heard) => notices.subscribe(OUTBOX_CHANNEL, heard),
  });
  const mailer = messaging.createMailer({ outbox });

  const mail: MailTo =
    (kind, to, { lang, client, ip, userAgent }) =>
    async ({ code, link, minutes }, within) => {
      const params = { at: now(), ip, userAgent, code, minutes, link: `${config.issuer}/reset/${link}` };
      const addressed = { lang, client: { name: client.name }, params };
      await recorder.within(within, { type: 'code.sent', clientId: client.id, ip, data: { purpose: kind } });
      if (to !== undefined) await mailer.send(kind, { to, ...addressed }, within.outbox);
      else await outbox.enqueue('discard', { kind, to: '', ...addressed }, within.outbox);
    };

  const text =
    (to: string, purpose: messaging.TextedCode['purpose'], { lang, client, ip }: Addressee): Deliver =>
    async ({ code, minutes }, within) => {
      await recorder.within(within, { type: 'code.sent', clientId: client.id, ip, data: { purpose } });
      const message = { to, purpose, lang, client: { name: client.name }, code, at: now(), minutes };
      await outbox.enqueue('sms', message, within.outbox);
    };

  return { transport, outbox, mailer, mail, text, textsLeave: gateways.length > 0 };
}
