import type { Log } from '../base/index.ts';
import type { WebAuthnProof, WebAuthnRefusal } from './webauthn-answer.ts';
import type { WebAuthnChallenges } from './webauthn-challenges.ts';

/** As the operator has set it. */
export interface WebAuthnSettings {
  /** The domain that keys are for; the issuer's host when left out. */
  rp_id?: string | undefined;
  /** Where else our keys may be used, besides the issuer's origin. */
  origins: readonly string[];
  /** Models of authenticators that may be enrolled; any, when empty. */
  allowed_aaguids: readonly string[];
  /** Certificates (PEM) of the makers, one of whom has to vouch for the model. */
  attestation_roots: readonly string[];
}

export interface CeremonyNeeds {
  issuer: string;
  settings: () => WebAuthnSettings;
  challenges: WebAuthnChallenges;
  log: Pick<Log, 'info'>;
}

export type Refused = { ok: false; reason: WebAuthnRefusal };
export type Held<T> = ({ ok: true; proof: WebAuthnProof } & T) | Refused;

/** What registering a key and using one have in common (WebAuthn sections 7.1 and 7.2). */
export type Ceremony = ReturnType<typeof createCeremony>;

/** Milliseconds that a browser's own dialog waits. */
export const TIMEOUT = 300_000;

export function createCeremony({ issuer, settings, challenges, log }: CeremonyNeeds) {
  const { origin, hostname } = new URL(issuer);
  const rpId = () => settings().rp_id ?? hostname;

  function refuse(reason: WebAuthnRefusal, cause: unknown): Refused {
    const said = cause instanceof Error ? cause.message : String(cause);
    log.info({ reason, cause: said.slice(0, 200) }, 'a key was refused');
    return { ok: false, reason };
  }

  return {
    hostname,
    settings,
    rpId,
    refuse,
    issue: challenges.issue,

    /**
     * Holds an answer against what it has to say. Its challenge is used up by that, whatever comes of it.
     *
     * @param verify the library, which throws where it is not content
     */
    async hold<T>(
      { challenge, purpose }: { challenge: string; purpose: string },
      verify: (expected: {
        expectedChallenge: string;
        expectedOrigin: string[];
        expectedRPID: string;
        requireUserVerification: false;
      }) => Promise<T>,
    ): Promise<{ ok: true; held: T } | Refused> {
      if (!(await challenges.redeem(challenge, purpose))) {
        return refuse('challenge_spent', 'the challenge is not from this page, has expired or was answered before');
      }
      try {
        const held = await verify({
          expectedChallenge: challenge,
          expectedOrigin: [origin, ...settings().origins],
          expectedRPID: rpId(),
          // Looked at afterwards: whether it is needed, and what it counts for, is ours to say.
          requireUserVerification: false,
        });
        return { ok: true, held };
      } catch (error) {
        return refuse('verification_failed', error);
      }
    },
  };
}
