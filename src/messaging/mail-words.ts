/** Words in every language there is, as mail needs them. */
export interface MailWords {
  /** The first wanted language that there is, exactly or by its shorter forms; else English. */
  pick(wanted: readonly string[]): string;
  /** Plain text. `count` chooses the plural. */
  t(lang: string, key: string, params?: Record<string, string | number>): string;
  dir(lang: string): 'ltr' | 'rtl';
}
