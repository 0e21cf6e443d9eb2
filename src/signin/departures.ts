import type { Form } from '../accounts/index.ts';
import { digestText, newSecret, type Sealing } from '../base/index.ts';
import type { Ephemeral } from '../store/index.ts';

/**
 * People who are sent elsewhere and come back to one fixed address, which no cookie of their sign-in reaches. Coming back
 * works once, also in parallel, and leads to the sign-in that they left: there the browser has to be the one that left.
 */
export interface Departures {
  /** @returns what the other side has to bring back (`state`, RFC 6749 section 4.1.1) */
  announce(uid: string): Promise<string>;
  /** @returns which sign-in it belongs to, and a ticket for what was brought; undefined when nobody is awaited by this name. */
  arrived(state: string, brought: Form): Promise<{ uid: string; ticket: string } | undefined>;
  /** What was brought to this sign-in, once. */
  collect(uid: string, ticket: string): Promise<Form | undefined>;
}

/** Seconds: to sign in elsewhere, and to follow one redirect. */
const AWAY = 900;
const AT_THE_DOOR = 120;

export interface DeparturesNeeds {
  ephemeral: Pick<Ephemeral, 'put' | 'take'>;
  /** What is brought back may be a person's data, and where it belongs is nobody's business. */
  sealing: Pick<Sealing, 'seal' | 'open'>;
}

export function createDepartures({ ephemeral, sealing }: DeparturesNeeds): Departures {
  const awayKey = (state: string) => `away:${digestText(state)}`;
  const ticketKey = (ticket: string) => `returned:${digestText(ticket)}`;

  async function keep(key: string, value: object, ttl: number): Promise<void> {
    await ephemeral.put({ key, value: { sealed: sealing.seal(JSON.stringify(value), key) }, ttl });
  }

  async function take<T>(key: string): Promise<T | undefined> {
    const kept = (await ephemeral.take(key)) as { sealed?: string } | undefined;
    return typeof kept?.sealed === 'string' ? (JSON.parse(sealing.open(kept.sealed, key)) as T) : undefined;
  }

  return {
    async announce(uid) {
      const state = newSecret();
      await keep(awayKey(state), { uid }, AWAY);
      return state;
    },

    async arrived(state, brought) {
      const awaited = await take<{ uid: string }>(awayKey(state));
      if (!awaited) return undefined;
      const ticket = newSecret();
      await keep(ticketKey(ticket), { uid: awaited.uid, brought }, AT_THE_DOOR);
      return { uid: awaited.uid, ticket };
    },

    async collect(uid, ticket) {
      const kept = await take<{ uid: string; brought: Form }>(ticketKey(ticket));
      return kept?.uid === uid ? kept.brought : undefined;
    },
  };
}
