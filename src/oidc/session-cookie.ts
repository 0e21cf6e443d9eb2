import { digestText } from '../base/index.ts';

/** A cookie with this prefix is for one host and for encrypted connections only (RFC 6265bis section 4.1.3.2). */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-session' : 'session';
}

/** Where the library's payload of a session lies. @param id the cookie's value */
export function sessionPayloadKey(id: string): string {
  return `session:${digestText(id)}`;
}
