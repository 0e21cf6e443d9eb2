/**
 * Whether a password may be set. @param about the person's own data, none of which may be the password.
 * @returns the language key of what is wrong.
 */
export type CheckPassword = (password: string, about: readonly string[]) => Promise<string | undefined>;
