/**
 * A message did not get through. The text is for logs and the outbox table, so it names no address, code or token:
 * what a peer answered is told by its status, never in its words.
 */
export class DeliveryError extends Error {
  /** The same message would be refused again. */
  readonly final: boolean;

  constructor(message: string, options: { final: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'DeliveryError';
    this.final = options.final;
  }
}

/** What may be written down of any error: the text of one that is not ours could quote the message. */
export function describeError(error: unknown): string {
  if (error instanceof DeliveryError) return error.message;
  if (!(error instanceof Error)) return 'unknown error';
  const { code } = error as { code?: unknown };
  const frame = /^ {4}at .*$/m.exec(error.stack ?? '')?.[0].trim();
  return [error.name, typeof code === 'string' ? code : undefined, frame].filter(Boolean).join(' ');
}
