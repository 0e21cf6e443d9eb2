/** What the person is told is chosen by `code` (a key of the language files); the message and cause are for the operator. */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  /** Seconds after which trying again makes sense (Retry-After, RFC 9110 section 10.2.3). */
  readonly retryAfter: number | undefined;

  constructor(code: string, status: number, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = status;
    this.retryAfter = options.retryAfter;
  }
}

/** Too much to do just now; nothing is lost and the same request may be sent again. */
export function busy(message: string, retryAfter = 2): AppError {
  return new AppError('busy', 503, message, { retryAfter });
}

/** A store or a peer did not answer; the request changed nothing that was reported as done. */
export function unavailable(message: string, cause: unknown): AppError {
  return new AppError('unavailable', 503, message, { cause, retryAfter: 5 });
}
