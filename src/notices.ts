import {
  type ChangeOrigin,
  newNotMeLink,
  type SecretLinks,
  type TellOfChange,
  type TellOfContactChange,
  type TellOfDeletion,
  type TellOfExport,
  type TellOfLockOut,
  type TellOfNewDevice,
  type TellOfPassword,
  type TellOfRecovery,
  type User,
} from './accounts/index.ts';
import { type Clock, epochSeconds } from './base/index.ts';
import type { Config } from './config/index.ts';
import type { Messages } from './messages.ts';
import type { MailKind, MailParams, TextedNotice } from './messaging/index.ts';
import type { Store } from './store/index.ts';

export interface NoticesNeeds {
  config: Config;
  messages: Messages;
  links: Pick<SecretLinks, 'create'>;
  clock: Clock;
}

/** Where a change came from, as far as anybody did it. */
type From = Partial<ChangeOrigin>;
/** What a kind of mail says besides where the change came from. */
type Besides<Kind extends MailKind> = Omit<MailParams[Kind], 'at' | 'ip' | 'userAgent'>;

export type Notices = ReturnType<typeof createNotices>;

/** What people are told of changes to their account: each is written in the transaction of what it tells. */
export function createNotices({ config, messages, links, clock }: NoticesNeeds) {
  const { mailer, outbox, textsLeave } = messages;
  const now = () => epochSeconds(clock);
  const at = (path: string, token: string) => `${config.issuer}/${path}/${token}`;

  /** In the owner's language; who made the change may be somebody else. */
  const inTheirWords = ({ locale }: Pick<User, 'locale'>, { lang, client }: From) => ({
    lang: locale ?? lang ?? 'en',
    client: { name: client?.name ?? '' },
  });

  function mail<Kind extends MailKind>(
    kind: Kind,
    to: string,
    owner: Pick<User, 'locale'>,
    from: From,
    besides: Besides<Kind>,
    within: Store,
  ): Promise<unknown> {
    const params = { at: now(), ip: from.ip, userAgent: from.userAgent, ...besides } as unknown as MailParams[Kind];
    return mailer.send(kind, { to, ...inTheirWords(owner, from), params }, within.outbox);
  }

  /** To their mailbox, and to the one of a few days ago: whoever takes an account over begins with its address. */
  async function tellOwner<Kind extends MailKind>(
    kind: Kind,
    owner: User,
    from: From,
    besides: Besides<Kind>,
    within: Store,
  ): Promise<void> {
    const before = (await within.contactChanges.listFor(owner.id)).filter((change) => change.kind === 'email');
    const mailboxes = new Set([owner.email, ...before.map(({ old }) => old)]);
    for (const to of mailboxes) if (to !== undefined) await mail(kind, to, owner, from, besides, within);
  }

  async function text(
    purpose: TextedNotice['purpose'],
    to: string,
    owner: User,
    from: From,
    about: Link,
    within: Store,
  ) {
    if (!textsLeave) return;
    const { link, seconds } = about;
    const lasting = { link, at: now(), minutes: Math.ceil(seconds / 60) };
    await outbox.enqueue('sms', { ...inTheirWords(owner, from), ...lasting, to, purpose }, within.outbox);
  }

  const ofChange: TellOfChange = async (user, change, { id: added, what }, from, within) => {
    const link = at('not-me', await newNotMeLink(links, user.id, within, { added }));
    await tellOwner(change, user, from, { what, link }, within);
  };

  const ofNewDevice: TellOfNewDevice = async (user, from, within) => {
    const link = at('not-me', await newNotMeLink(links, user.id, within));
    await tellOwner('new_device', user, from, { what: from.client.name, link }, within);
  };

  const ofPassword: TellOfPassword = (user, from, within) => tellOwner('password_changed', user, from, {}, within);

  const ofContactChange: TellOfContactChange = async (change, { token, seconds }, from, within) => {
    const { kind, old, oldVerified, owner } = change;
    const link = at('undo', token);
    if (kind === 'phone') await tellOwner('phone_changed', owner, from, { link }, within);
    if (old === undefined) return;
    if (kind === 'email') await mail('email_changed', old, owner, from, { link }, within);
    else if (oldVerified) await text('phone_changed', old, owner, from, { link, seconds }, within);
  };

  const ofDeletion: TellOfDeletion = (user, { due, token }, from, within) =>
    token === undefined
      ? tellOwner('account_deleted', user, from ?? {}, {}, within)
      : tellOwner('deletion_requested', user, from ?? {}, { due, link: at('keep-account', token) }, within);

  const ofExport: TellOfExport = (user, { expiresAt: due }, from, within) =>
    tellOwner('export_ready', user, from, { due, link: `${config.issuer}/account/privacy` }, within);

  const ofLockOut: TellOfLockOut = async (userId, administrators, { ip, userAgent }, within) => {
    for (const one of administrators) {
      if (one.email === undefined) continue;
      await mail('compromise_reported', one.email, one, { ip, userAgent }, { what: userId }, within);
    }
  };

  const ofRecovery: TellOfRecovery = async (user, { addresses, numbers, readyAt: due, seconds }, from, within) => {
    const link = at('not-me', await newNotMeLink(links, user.id, within, { ttl: seconds }));
    for (const to of addresses) await mail('recovery_waiting', to, user, from, { due, link }, within);
    for (const to of numbers) await text('recovery_waiting', to, user, from, { link, seconds }, within);
  };

  return { ofRecovery, ofChange, ofNewDevice, ofPassword, ofContactChange, ofDeletion, ofExport, ofLockOut };
}

/** `seconds` for which it works: a message that is later than that is not sent. */
interface Link {
  link: string;
  seconds: number;
}
