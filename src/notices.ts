import type {
  ChangeOrigin,
  DisownChange,
  TellOfChange,
  TellOfContactChange,
  TellOfDeletion,
  TellOfExport,
  TellOfNewDevice,
  TellOfPassword,
  TellOfRecovery,
  TellOfReport,
  User,
} from './accounts/index.ts';
import { type Clock, epochSeconds, newId } from './base/index.ts';
import type { Config } from './config/index.ts';
import type { Messages } from './messages.ts';
import type { MailKind, MailParams } from './messaging/index.ts';
import type { Store } from './store/index.ts';

export interface NoticesNeeds {
  config: Config;
  messages: Messages;
  clock: Clock;
}

/** Where a change came from, as far as anybody did it. */
type From = Partial<ChangeOrigin>;
/** What a kind of mail says besides where the change came from. */
type Besides<Kind extends MailKind> = Omit<MailParams[Kind], 'at' | 'ip' | 'userAgent'>;

const WEEK_IN_MINUTES = 7 * 24 * 60;

export type Notices = ReturnType<typeof createNotices>;

/** What people are told of changes to their account: each is written in the transaction of what it tells. */
export function createNotices({ config, messages, clock }: NoticesNeeds) {
  const { mailer, outbox, textsLeave } = messages;
  const now = () => epochSeconds(clock);
  const at = (path: string, token: string) => `${config.issuer}/${path}/${token}`;

  /** In the owner's language; who made the change may be somebody else. */
  const aboutOwner = ({ locale }: Pick<User, 'locale'>, { lang, client }: From) => ({
    lang: locale ?? lang ?? 'en',
    client: { name: client?.name ?? '' },
  });

  async function mail<Kind extends MailKind>(
    kind: Kind,
    owner: Pick<User, 'email' | 'locale'>,
    from: From,
    besides: Besides<Kind>,
    within: Store,
  ): Promise<void> {
    if (owner.email === undefined) return;
    const params = { at: now(), ip: from.ip, userAgent: from.userAgent, ...besides } as unknown as MailParams[Kind];
    await mailer.send(kind, { to: owner.email, ...aboutOwner(owner, from), params }, within.outbox);
  }

  const ofChange =
    (newLink: DisownChange['newLink']): TellOfChange =>
    async (user, change, { id, what }, from, within) =>
      mail(change, user, from, { what, link: at('not-me', await newLink(user.id, id, undefined, within)) }, within);

  const ofNewDevice =
    (newLink: DisownChange['newLink']): TellOfNewDevice =>
    async (user, from, within) => {
      const link = at('not-me', await newLink(user.id, newId(), undefined, within));
      await mail('new_device', user, from, { what: from.client.name, link }, within);
    };

  const ofPassword: TellOfPassword = (user, from, within) => mail('password_changed', user, from, {}, within);

  const ofContactChange: TellOfContactChange = async ({ kind, old, oldVerified, owner }, token, from, within) => {
    const link = at('undo', token);
    const to = kind === 'email' ? { ...owner, email: old } : owner;
    await mail(`${kind}_changed`, to, from, { link }, within);
    if (kind !== 'phone' || !oldVerified || !textsLeave) return;
    const text = { ...aboutOwner(owner, from), to: old, link, at: now(), minutes: WEEK_IN_MINUTES };
    await outbox.enqueue('sms', { ...text, purpose: 'phone_changed' }, within.outbox);
  };

  const ofDeletion: TellOfDeletion = async (user, { due, link }, origin, within) => {
    const from = origin ?? {};
    if (link === undefined) await mail('account_deleted', user, from, {}, within);
    else await mail('deletion_requested', user, from, { due, link: at('keep-account', link) }, within);
  };

  const ofExport: TellOfExport = (user, { id, expiresAt: due }, from, within) =>
    mail('export_ready', user, from, { due, link: `${config.issuer}/account/privacy?export=${id}` }, within);

  const ofReport: TellOfReport = async (userId, administrators, from, within) => {
    for (const email of administrators) {
      await mail('compromise_reported', { email }, from, { what: userId }, within);
    }
  };

  const ofRecovery: TellOfRecovery = async (user, { addresses, readyAt: due, link: token }, from, within) => {
    const link = at('not-me', token);
    for (const email of addresses) await mail('recovery_waiting', { ...user, email }, from, { due, link }, within);
    if (user.phone === undefined || !textsLeave) return;
    const text = { ...aboutOwner(user, from), to: user.phone, link, at: now(), minutes: Math.ceil((due - now()) / 60) };
    await outbox.enqueue('sms', { ...text, purpose: 'recovery_waiting' }, within.outbox);
  };

  return { ofRecovery, ofChange, ofNewDevice, ofPassword, ofContactChange, ofDeletion, ofExport, ofReport };
}
