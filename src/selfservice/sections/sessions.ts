import type { SessionSummary, SignOut } from '../../accounts/index.ts';
import { digestText, type JsonObject } from '../../base/index.ts';
import { deviceName } from '../../messaging/index.ts';
import { done, notFound, type Section } from '../section.ts';

export interface SessionsNeeds {
  sessionsOf: (userId: string) => Promise<SessionSummary[]>;
  signOut: Pick<SignOut, 'endSession' | 'endOthers'>;
  /** ISO 3166-1 alpha-2, as far as it is known. */
  countryOf: (ip: string) => string | undefined;
  clientName: (clientId: string) => string | undefined;
}

/** Where somebody is signed in. Ending a session needs no more proof than having one: it lets nobody in. */
export function sessions({ sessionsOf, signOut, countryOf, clientName }: SessionsNeeds): Section {
  function shown({ uid, ip, userAgent = '', createdAt, lastSeenAt, clients }: SessionSummary): JsonObject {
    const country = ip === undefined ? undefined : countryOf(ip);
    return {
      id: digestText(uid),
      ...deviceName(userAgent),
      ...(country === undefined ? {} : { country }),
      ...(ip === undefined ? {} : { ip }),
      created_at: createdAt,
      last_seen_at: lastSeenAt,
      clients: clients.flatMap((id) => clientName(id) ?? []),
    };
  }

  return {
    name: 'sessions',
    async show({ user, sessionUid }) {
      const all = await sessionsOf(user.id);
      const current = all.find(({ uid }) => uid === sessionUid);
      const others = all.filter(({ uid }) => uid !== sessionUid).map(shown);
      return { current: current ? shown(current) : null, others };
    },
    verbs: {
      end: {
        secures: false,
        async run({ user, sessionUid }, { id = '' }) {
          const session = (await sessionsOf(user.id)).find(({ uid }) => digestText(uid) === id);
          if (!session) return notFound;
          const own = session.uid === sessionUid;
          await signOut.endSession(session.uid, own ? 'signed_out' : 'revoked');
          return own ? { ok: true, ended: true, notice: 'signed_out' } : done('session_ended');
        },
      },
      'end-others': {
        secures: false,
        async run({ user, sessionUid }) {
          await signOut.endOthers(user.id, sessionUid);
          return done('others_ended');
        },
      },
    },
  };
}
