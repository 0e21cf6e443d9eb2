import { randomBytes } from 'node:crypto';

/** What a started sign-in must find again when the provider sends the browser back. */
export interface Pending {
  codeVerifier: string;
  nonce: string;
  /** A token of the claims API is wanted, not a sign-in; `asked` once the API has said what it wants. */
  claim?: 'first' | 'asked';
}

/** One browser at this app. Tokens stay here, on the server; the browser has only the id. */
export interface Session {
  id: string;
  /** By `state`: sign-ins that were begun, so that two tabs do not disturb each other. */
  pending: Map<string, Pending>;
  user?: {
    /** A name or address to greet with. */
    who: string;
    claims: Readonly<Record<string, unknown>> & { sub: string };
    idToken: string;
    accessToken: string;
    refreshToken: string | undefined;
  };
  notice?: string;
  /** What the last call brought, shown once. */
  result?: { title: string; json: unknown };
}

export interface Sessions {
  find(id: string | undefined): Session | undefined;
  create(): Session;
  remove(id: string): void;
  /** Ends what a logout token names (OpenID Connect Back-Channel Logout section 2.6). @returns how many ended */
  endSignedIn(names: { sid?: string | undefined; sub?: string | undefined }): number;
}

const KEPT = 1000;

/** Sessions in memory: enough for an example; the oldest go first. */
export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  return {
    find: (id) => (id === undefined ? undefined : sessions.get(id)),
    create() {
      const session: Session = { id: randomBytes(24).toString('base64url'), pending: new Map() };
      sessions.set(session.id, session);
      const oldest = sessions.keys().next().value;
      if (sessions.size > KEPT && oldest !== undefined) sessions.delete(oldest);
      return session;
    },
    remove: (id) => void sessions.delete(id),
    endSignedIn({ sid, sub }) {
      const ended = [...sessions.values()].filter(({ user }) =>
        sid === undefined ? user !== undefined && user.claims.sub === sub : user?.claims.sid === sid,
      );
      for (const { id } of ended) sessions.delete(id);
      return ended.length;
    },
  };
}
