import type { JWK, JWKS } from 'oidc-provider';
import type { Recorder } from '../audit/index.ts';
import { type Clock, epochSeconds, newId, type Sealing } from '../base/index.ts';
import type { KeyRow, Store } from '../store/index.ts';
import { generateSigningKey, type SigningAlg, signer, signingAlgs, verifyOnly } from './signing-keys.ts';

/** Seconds. A key is published `lead` before it signs and kept `kept` after its successor took over. */
export interface RotationTimes {
  every: number;
  lead: number;
  kept: number;
}

export interface KeyRing {
  /** What to publish and sign with now, and when that changes next (seconds since the epoch). */
  current(): Promise<{ jwks: JWKS; changesAt: number | undefined }>;
  /** Makes missing keys, and new ones where the schedule says so. Any number of instances may call it at once. */
  keepUp(): Promise<boolean>;
  /** New keys now; they sign after `lead`. `immediately` when a key may have leaked: the old ones are withdrawn at once. */
  rotate(options?: { immediately?: boolean }): Promise<void>;
}

const PURPOSE = 'sign';

export function createKeyRing({
  store,
  sealing,
  recorder,
  clock,
  times,
}: {
  store: Store;
  recorder: Pick<Recorder, 'within'>;
  sealing: Sealing;
  clock: Clock;
  times: () => RotationTimes;
}): KeyRing {
  const now = () => epochSeconds(clock);

  async function rowsOf(from: Store): Promise<KeyRow[]> {
    return (await from.keys.list()).filter((key) => key.purpose === PURPOSE);
  }

  const open = (row: KeyRow): JWK => JSON.parse(sealing.open(row.sealed, `key:${row.id}`)) as JWK;
  const seal = (id: string, jwk: JWK) => sealing.seal(JSON.stringify(jwk), `key:${id}`);

  /** Which kinds of key are missing, or old enough for a successor. */
  function due(rows: readonly KeyRow[]): SigningAlg[] {
    return signingAlgs.filter((alg) => {
      const newest = newestFirst(rows, alg)[0];
      return !newest || newest.activeFrom + times().every <= now();
    });
  }

  /** Makes keys first, since that takes its time, then puts in those that nobody else has put in meanwhile. */
  async function addKeys(
    algs: readonly SigningAlg[],
    still: typeof due,
    lead: number,
    retireAfter: number,
  ): Promise<boolean> {
    if (algs.length === 0) return false;
    const make = async (alg: SigningAlg, id: string) => ({
      alg,
      id,
      sealed: seal(id, await generateSigningKey(alg, id)),
    });
    const made = await Promise.all(algs.map((alg) => make(alg, newId())));
    return store.tx(async (locked) => {
      await locked.keys.lock();
      const rows = await rowsOf(locked);
      const wanted = still(rows);
      for (const { alg, id, sealed } of made.filter((key) => wanted.includes(key.alg))) {
        const predecessors = newestFirst(rows, alg);
        const activeFrom = predecessors.length > 0 ? now() + lead : now();
        await locked.keys.insert({ id, purpose: PURPOSE, alg, sealed, activeFrom });
        if (predecessors.length > 0) await recorder.within(locked, { type: 'keys.rotated', data: { kid: id, alg } });
        for (const row of predecessors) {
          const retiresAt = now() + retireAfter;
          if (row.retiresAt === undefined || row.retiresAt > retiresAt) await locked.keys.update(row.id, { retiresAt });
        }
      }
      return wanted.length > 0;
    });
  }

  /** Seals anew what lies under an older master secret, and drops keys nobody verifies with any more. */
  async function tidy(): Promise<void> {
    for (const row of await rowsOf(store)) {
      if (row.retiresAt !== undefined && row.retiresAt < now()) await store.keys.remove(row.id);
      else if (sealing.stale(row.sealed)) await store.keys.update(row.id, { sealed: seal(row.id, open(row)) });
    }
  }

  return {
    async current() {
      const rows = (await rowsOf(store)).filter((row) => row.retiresAt === undefined || row.retiresAt > now());
      const keys: JWKS['keys'][number][] = [];
      for (const alg of signingAlgs) {
        const published = newestFirst(rows, alg);
        const signing = published.find((row) => row.activeFrom <= now()) ?? published[0];
        // The library signs with the first key that fits, so that one leads.
        if (signing) keys.push(signer(open(signing)));
        keys.push(...published.filter((row) => row !== signing).map((row) => verifyOnly(open(row))));
      }
      const changes = rows.flatMap((row) => [row.activeFrom, row.retiresAt ?? 0]).filter((at) => at > now());
      return { jwks: { keys }, changesAt: changes.length > 0 ? Math.min(...changes) : undefined };
    },

    async keepUp() {
      const added = await addKeys(due(await rowsOf(store)), due, times().lead, times().lead + times().kept);
      await tidy();
      return added;
    },

    async rotate({ immediately = false } = {}) {
      const all = () => [...signingAlgs];
      await addKeys(all(), all, immediately ? 0 : times().lead, immediately ? 0 : times().lead + times().kept);
    },
  };
}

function newestFirst(rows: readonly KeyRow[], alg: SigningAlg): KeyRow[] {
  return rows.filter((row) => row.alg === alg).sort((a, b) => b.activeFrom - a.activeFrom);
}
