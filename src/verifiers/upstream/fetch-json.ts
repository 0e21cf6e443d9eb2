import type { JsonObject } from '../../base/index.ts';
import { Unbelieved } from './refusal.ts';

export interface Answered {
  status: number;
  body: JsonObject;
}

/**
 * One request to a provider whose answer is a JSON object; a list is answered as `{ list }`. A redirect is not followed, whatever it leads to.
 *
 * @throws Unbelieved `unavailable` for 5xx and 429, `response_invalid` for what is neither
 */
export async function fetchJson(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Answered> {
  const answer = await fetch(url, { ...init, headers: { accept: 'application/json', ...headersOf(init) } });
  if (answer.status >= 500 || answer.status === 429) {
    await answer.body?.cancel();
    throw new Unbelieved('unavailable', `${new URL(url).host} answers ${answer.status}`);
  }
  const text = await answer.text();
  try {
    const body: unknown = JSON.parse(text);
    if (Array.isArray(body)) return { status: answer.status, body: { list: body as JsonObject[] } };
    if (typeof body === 'object' && body !== null) return { status: answer.status, body: body as JsonObject };
  } catch {
    // What it is instead does not matter.
  }
  throw new Unbelieved('response_invalid', `${new URL(url).host} answers ${answer.status} with what is no JSON object`);
}

function headersOf({ headers }: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}
