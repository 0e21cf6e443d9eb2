/**
 * The vocabulary every room shares: errors, time, identifiers, digests, sealing and the log.
 *
 * Nothing here knows a user, a client, a table or a request. Base imports no other room; whatever needs one belongs
 * elsewhere. It stays small: a new file here is something that at least three rooms need and that has no better home.
 * Secrets are sealed, bearer values are digested, short codes are keyed with a MAC: never the one for the other.
 */
export { type Clock, type EpochSeconds, epochSeconds, systemClock } from './clock.ts';
export { digest, digestClientSecret, digestText, sameText } from './digest.ts';
export { AppError, busy, unavailable } from './errors.ts';
export { newCode, newId, newSecret } from './ids.ts';
export type { Json, JsonObject } from './json.ts';
export { createLog, type Log, type LogLevel } from './log.ts';
export { newReadableCode, tidyReadableCode } from './readable-code.ts';
export { createSealing, type Sealing } from './sealing.ts';
