import type { FieldErrors } from '../accounts/index.ts';
import { digestText, type Sealing } from '../base/index.ts';
import type { Ephemeral } from '../store/index.ts';

/** What the next page says about what was just done. */
export interface Flash {
  notice?: string;
  errors?: FieldErrors;
  /** What was typed, to be shown again. */
  values?: Record<string, string>;
}

/** Said once, on one page, to one session: a form leads back to its page, and reloading that repeats nothing. */
export interface Flashes {
  /** @param seconds it is kept for */
  put(sessionUid: string, section: string, flash: Flash, seconds?: number): Promise<void>;
  take(sessionUid: string, section: string): Promise<Flash>;
}

export interface FlashesNeeds {
  ephemeral: Pick<Ephemeral, 'put' | 'take'>;
  sealing: Pick<Sealing, 'seal' | 'open'>;
}

/** Seconds. */
const TTL = 120;

export function createFlashes({ ephemeral, sealing }: FlashesNeeds): Flashes {
  const keyOf = (sessionUid: string, section: string) => `flash:${digestText(sessionUid)}:${section}`;
  return {
    async put(sessionUid, section, flash, seconds = TTL) {
      const key = keyOf(sessionUid, section);
      await ephemeral.put({ key, value: { sealed: sealing.seal(JSON.stringify(flash), key) }, ttl: seconds });
    },
    async take(sessionUid, section) {
      const key = keyOf(sessionUid, section);
      const kept = (await ephemeral.take(key)) as { sealed?: string } | undefined;
      return typeof kept?.sealed === 'string' ? (JSON.parse(sealing.open(kept.sealed, key)) as Flash) : {};
    },
  };
}
