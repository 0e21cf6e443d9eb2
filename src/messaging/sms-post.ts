import { DeliveryError } from './delivery-error.ts';

/** Milliseconds that a provider has for its answer. */
const PATIENCE = 8000;

export interface ProviderAnswer {
  status: number;
  /** Undefined when it was no JSON. */
  body: unknown;
}

/** One request to a provider: no redirects, little time, and nothing of what it says in our log. @throws DeliveryError */
export async function post(url: string, init: RequestInit, signal: AbortSignal): Promise<ProviderAnswer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  try {
    const answer = await fetch(url, { ...init, method: 'POST', redirect: 'error', signal: limit });
    const text = await answer.text();
    return { status: answer.status, body: parsed(text) };
  } catch (cause) {
    throw new DeliveryError('the gateway did not answer', { final: false, cause });
  }
}

/** Worth another try, here or elsewhere: too much at once, or the provider's own trouble. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
