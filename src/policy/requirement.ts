/**
 * Something that has to be there before somebody may pass. `within` (seconds): only evidence that is not older counts.
 * Made by the parser and by the built-in rules, and told to whoever can do something about it.
 */
export type Requirement =
  /** Anything at all was proven. */
  | { require: 'proof'; within?: number }
  /** `trustDevice`: seconds for which a browser that is trusted need not be asked again. */
  | { require: 'mfa'; within?: number; trustDevice?: number }
  | { require: 'phishing_resistant'; within?: number }
  /** Evidence of one of these factors, by name. */
  | { require: 'authenticator'; of: readonly string[]; within?: number }
  | { require: 'acr'; of: readonly string[]; within?: number }
  | { require: 'verified_email' }
  | { require: 'verified_phone' }
  | { require: 'terms'; id: string }
  | { require: 'password_change' }
  /** One of them is enough. */
  | { require: 'any'; of: readonly Requirement[] };
