/** What a sign-in was like. Kept with the session and with what is issued in it, and judged again at every refresh. */
export interface Circumstances {
  ip?: string | undefined;
  userAgent?: string | undefined;
  /** Somebody had signed in as this person from this browser before. */
  knownDevice?: boolean | undefined;
}
