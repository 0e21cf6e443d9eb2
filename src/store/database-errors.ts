import { AppError, unavailable } from '../base/index.ts';

/** A value that must be there once was there already; `constraint` is the index that said so. */
export class UniqueViolation extends Error {
  readonly constraint: string;

  constructor(constraint: string, cause: unknown) {
    super(`unique constraint ${constraint} is violated`, { cause });
    this.name = 'UniqueViolation';
    this.constraint = constraint;
  }
}

/**
 * SQLSTATE codes (PostgreSQL manual, appendix A) that say "not now": trying again later makes sense.
 * 08 connection, 40 rolled back for another's sake, 53 out of resources, 57 operator intervention and statement timeout,
 * 55P03 lock timeout, 25006 read-only after a failover, 25P03 idle in transaction too long.
 */
const NOT_NOW = /^(08...|40...|53...|57...|55P03|25006|25P03)$/;
/** Errors of the socket and of the name look-up, as Node names them. */
const SOCKET = /^E[A-Z_]{3,}$/;
/** pg gives the loss of a connection, its time limits and its end no code. */
const CLIENT = /timeout|terminated|not queryable|after calling end|connection error/i;

/** What the callers of the store are told; see {@link Db}. */
export function databaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError || error instanceof UniqueViolation) return error;
  const { code, constraint } = error as Error & { code?: string; constraint?: string };
  if (code === '23505') return new UniqueViolation(constraint ?? 'unknown', error);
  return notNow(error, code) ? unavailable(`the database does not answer: ${error.message}`, error) : error;
}

function notNow(error: Error, code: string | undefined): boolean {
  if (code === undefined || code === '') return CLIENT.test(error.message);
  return NOT_NOW.test(code) || SOCKET.test(code);
}
