import { pino } from 'pino';

/** JSON lines. Fields are named by the caller; whole requests, forms, headers or tokens are never passed in. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** @param write where a line goes; standard output when left out. */
export function createLog(level: LogLevel, write?: (line: string) => void): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return write ? pino(options, { write }) : pino(options);
}
