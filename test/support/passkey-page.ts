import type { Answer, Browser } from './rp.ts';
import { type CeremonyOptions, createSoftAuthenticator, type SoftAuthenticator } from './soft-authenticator.ts';

export const newKey = (issuer: string): SoftAuthenticator =>
  createSoftAuthenticator({ origin: new URL(issuer).origin });

/** What a page hands to the browser's authenticators. @throws Error when it hands over nothing */
export function optionsOn({ body, url }: Answer): CeremonyOptions {
  const text = /data-options="([^"]+)"/.exec(body)?.[1];
  if (text === undefined) throw new Error(`no passkey is asked for on ${url}`);
  return JSON.parse(
    text.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&'),
  ) as CeremonyOptions;
}

const submitTo = ({ url }: Answer) => `${url.origin}${url.pathname}/submit`;

/** Makes a key where a page asks for one, as the page's script would. */
export function createKey(browser: Browser, page: Answer, key: SoftAuthenticator): Promise<Answer> {
  return browser.post(submitTo(page), { credential: key.create(optionsOn(page)) });
}

/** Uses a key where a page asks for one. @param method on the first page, where nobody has said who they are */
export function useKey(browser: Browser, page: Answer, key: SoftAuthenticator, method?: string): Promise<Answer> {
  const credential = key.get(optionsOn(page));
  return browser.post(submitTo(page), method === undefined ? { credential } : { method, credential });
}
