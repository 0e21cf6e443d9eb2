/**
 * What leaves the house: mail, text messages, and word to apps that a session ended, through a transactional outbox.
 *
 * It does not decide whether somebody is told, make codes, or know users: it is given an address and what to say. Who
 * makes a change enqueues its messages with the rows of the same transaction; `app.ts` names the deliveries and starts
 * the worker. What must stay true: a message is committed with its cause and sent at least once; what it says is sealed
 * until then and in no log; free text of strangers (names, browsers) gets into no mail; a slow peer delays its own kind.
 */
export { type BackchannelLogoutNeeds, createBackchannelLogout, type LogoutPayload } from './backchannel-logout.ts';
export { createCatcher } from './catcher.ts';
export { DeliveryError } from './delivery-error.ts';
export { deviceName } from './device-name.ts';
export type { Addressed, Asked, MailKind, MailMessage, MailParams, MailPayload, MailTransport } from './mail.ts';
export { createMailDelivery } from './mail-delivery.ts';
export { createMailTemplates, type MailTemplates } from './mail-templates.ts';
export { createMailer, type Mailer } from './mailer.ts';
export { createOutbox, type Outbox, type OutboxNeeds } from './outbox.ts';
export type { Deliver, OutboxRows } from './outbox-rows.ts';
export type { SmsGateway, SmsMessage, SmsPayload, TextedCode, TextedNotice } from './sms.ts';
export { createSmsCatcher } from './sms-catcher.ts';
export { createSmsDelivery } from './sms-delivery.ts';
export { smsGateways } from './sms-gateways.ts';
export { checkSmtp, createSmtp } from './smtp.ts';
export { createUnconfiguredMail } from './unconfigured-mail.ts';
