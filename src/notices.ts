import type {
  DisownChange,
  TellOfChange,
  TellOfContactChange,
  TellOfDeletion,
  TellOfExport,
  TellOfNewDevice,
  TellOfRecovery,
  TellOfReport,
} from './accounts/index.ts';
import { type Clock, epochSeconds, newId } from './base/index.ts';
import type { Config } from './config/index.ts';
import type { Messages } from './messages.ts';

export interface NoticesNeeds {
  config: Config;
  messages: Messages;
  clock: Clock;
}

const WEEK_IN_MINUTES = 7 * 24 * 60;

export type Notices = ReturnType<typeof createNotices>;

/** What people are told of changes to their account: each is written in the transaction of what it tells. */
export function createNotices({ config, messages, clock }: NoticesNeeds) {
  const { mailer, outbox, textsLeave } = messages;
  const now = () => epochSeconds(clock);

  /** @param newLink for whoever says that it was not them */
  const ofChange =
    (newLink: DisownChange['newLink']): TellOfChange =>
    async (user, change, { id, what }, { client, lang, ip, userAgent }, within) => {
      if (user.email === undefined) return;
      const link = `${config.issuer}/not-me/${await newLink(user.id, id, undefined, within)}`;
      const params = { at: now(), ip, userAgent, what, link };
      await mailer.send(change, { to: user.email, lang, client: { name: client.name }, params }, within.outbox);
    };

  const ofNewDevice =
    (newLink: DisownChange['newLink']): TellOfNewDevice =>
    async (user, { client, lang, ip, userAgent }, within) => {
      if (user.email === undefined) return;
      const link = `${config.issuer}/not-me/${await newLink(user.id, newId(), undefined, within)}`;
      const params = { at: now(), ip, userAgent, what: client.name, link };
      await mailer.send('new_device', { to: user.email, lang, client: { name: client.name }, params }, within.outbox);
    };

  const ofContactChange: TellOfContactChange = async (change, token, { client, lang, ip, userAgent }, within) => {
    const { kind, old, oldVerified, email } = change;
    const link = `${config.issuer}/undo/${token}`;
    const params = { at: now(), ip, userAgent, link };
    const to = kind === 'email' ? old : email;
    const about = { lang, client: { name: client.name } };
    if (to !== undefined) await mailer.send(`${kind}_changed`, { ...about, to, params }, within.outbox);
    if (kind !== 'phone' || !oldVerified || !textsLeave) return;
    const text = { ...about, to: old, purpose: 'phone_changed' as const, link, at: now(), minutes: WEEK_IN_MINUTES };
    await outbox.enqueue('sms', text, within.outbox);
  };

  const ofDeletion: TellOfDeletion = async (user, { due, link: token }, origin, within) => {
    if (user.email === undefined) return;
    const { lang = user.locale ?? 'en', client, ip, userAgent } = origin ?? {};
    const params = { at: now(), ip, userAgent };
    const about = { to: user.email, lang, client: { name: client?.name ?? '' } };
    if (token === undefined) return mailer.send('account_deleted', { ...about, params }, within.outbox);
    const link = `${config.issuer}/keep-account/${token}`;
    await mailer.send('deletion_requested', { ...about, params: { ...params, due, link } }, within.outbox);
  };

  const ofExport: TellOfExport = async (user, { id, expiresAt: due }, { client, lang, ip, userAgent }, within) => {
    if (user.email === undefined) return;
    const link = `${config.issuer}/account/privacy?export=${id}`;
    const params = { at: now(), ip, userAgent, due, link };
    await mailer.send('export_ready', { to: user.email, lang, client: { name: client.name }, params }, within.outbox);
  };

  const ofReport: TellOfReport = async (userId, administrators, { lang, ip, userAgent }, within) => {
    const params = { at: now(), ip, userAgent, what: userId };
    for (const to of administrators) await mailer.send('compromise_reported', { to, lang, params }, within.outbox);
  };

  const ofRecovery: TellOfRecovery = async (user, { addresses, readyAt: due, link: token }, origin, within) => {
    const { client, lang, ip, userAgent } = origin;
    const link = `${config.issuer}/not-me/${token}`;
    const about = { lang, client: { name: client.name } };
    const params = { at: now(), ip, userAgent, due, link };
    for (const to of addresses) await mailer.send('recovery_waiting', { ...about, to, params }, within.outbox);
    if (user.phone === undefined || !textsLeave) return;
    const minutes = Math.ceil((due - now()) / 60);
    const text = { ...about, to: user.phone, purpose: 'recovery_waiting' as const, link, at: now(), minutes };
    await outbox.enqueue('sms', text, within.outbox);
  };

  return { ofRecovery, ofChange, ofNewDevice, ofContactChange, ofDeletion, ofExport, ofReport };
}
