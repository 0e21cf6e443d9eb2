import type { Form } from '../accounts/index.ts';
import { digestText, newSecret } from '../base/index.ts';
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

export function createDepartures({ ephemeral }: { ephemeral: Pick<Ephemeral, 'put' | 'take'> }): Departures {
  const awayKey = (state: string) => `away:${digestText(state)}`;
  const ticketKey = (ticket: string) => `returned:${digestText(ticket)}`;

  return {
    async announce(uid) {
      const state = newSecret();
      await ephemeral.put({ key: awayKey(state), value: { uid }, ttl: AWAY });
      return state;
    },

    async arrived(state, brought) {
      const awaited = (await ephemeral.take(awayKey(state))) as { uid: string } | undefined;
      if (!awaited) return undefined;
      const ticket = newSecret();
      const value = { uid: awaited.uid, brought: { ...brought } };
      await ephemeral.put({ key: ticketKey(ticket), value, ttl: AT_THE_DOOR });
      return { uid: awaited.uid, ticket };
    },

    async collect(uid, ticket) {
      const kept = (await ephemeral.take(ticketKey(ticket))) as { uid: string; brought: Form } | undefined;
      return kept?.uid === uid ? kept.brought : undefined;
    },
  };
}
