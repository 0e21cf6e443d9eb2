import { randomInt } from 'node:crypto';
import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { z } from 'zod';
import { type Clock, epochSeconds, type JsonObject, type Sealing } from '../base/index.ts';

/** Work that a browser does in a second and a flood of requests cannot pay for. Nobody is asked or told anything. */
export interface ProofOfWork {
  /**
   * In the format of ALTCHA (version 2, PBKDF2/SHA-256), so that its solvers do, too. `most` is the highest counter the
   * answer can be.
   *
   * @param difficulty of 500 tries each, of which a quarter is saved on average
   */
  challenge(signInId: string, difficulty: number): Promise<{ challenge: JsonObject; most: number }>;
  /**
   * @param answer base64 of JSON: `{ challenge, solution: { counter, derivedKey } }`
   * @returns what names the challenge, however its answer is written; undefined where it is not solved
   */
  solved(answer: string, signInId: string): Promise<string | undefined>;
}

/** Seconds in which a challenge has to be answered. */
export const LIFETIME = 600;

/** Iterations for one try: much for a browser is then as much for any other program. */
const COST = 2000;
const TRIES = 500;

const parameters = z.strictObject({
  algorithm: z.string(),
  nonce: z.string(),
  salt: z.string(),
  cost: z.int(),
  keyLength: z.int(),
  keyPrefix: z.string(),
  keySignature: z.string(),
  expiresAt: z.int(),
  data: z.strictObject({ sign_in: z.string() }),
});

const payload = z.object({
  challenge: z.object({ parameters, signature: z.string() }),
  solution: z.object({ counter: z.int(), derivedKey: z.string() }),
});

export function createProofOfWork({ sealing, clock }: { sealing: Pick<Sealing, 'derive'>; clock: Clock }): ProofOfWork {
  const keys = sealing.derive('bot-check').map((key) => ({
    hmacSignatureSecret: `challenge ${key.toString('base64url')}`,
    hmacKeySignatureSecret: `answer ${key.toString('base64url')}`,
  }));

  return {
    async challenge(signInId, difficulty) {
      const most = difficulty * TRIES;
      const challenge = await createChallenge({
        algorithm: 'PBKDF2/SHA-256',
        cost: COST,
        // Known beforehand, so that nobody is so unlucky as to work for a minute.
        counter: randomInt(most / 2, most + 1),
        deriveKey,
        expiresAt: epochSeconds(clock) + LIFETIME,
        data: { sign_in: signInId },
        ...keys[0],
      });
      return { challenge: { ...challenge } as unknown as JsonObject, most };
    },

    async solved(answer, signInId) {
      const read = payload.safeParse(decoded(answer));
      if (!read.success) return undefined;
      const { challenge, solution } = read.data;
      const { expiresAt, data } = challenge.parameters;
      if (expiresAt <= epochSeconds(clock) || data.sign_in !== signInId) return undefined;
      for (const key of keys) {
        const { verified } = await verifySolution({ challenge, solution, deriveKey, ...key });
        if (verified) return challenge.signature;
      }
      return undefined;
    },
  };
}

function decoded(answer: string): unknown {
  try {
    return JSON.parse(Buffer.from(answer, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
