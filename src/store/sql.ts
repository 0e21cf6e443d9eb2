/** A statement with its parameters apart: values never become part of the text. */
export interface Statement {
  /** Numbered placeholders, `$1` and so on. The same template always gives the same text, so it can be prepared once. */
  readonly text: string;
  readonly values: readonly unknown[];
}

const texts = new WeakMap<TemplateStringsArray, string>();

/**
 * The only way SQL is made: ``sql`select id from users where id = ${id}` ``.
 * A plain object or array is not a parameter: give {@link json} for jsonb; arrays are for `any($1)` and `unnest`.
 */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Statement {
  let text = texts.get(strings);
  if (text === undefined) {
    text = strings.reduce((left, right, index) => `${left}$${index}${right}`);
    texts.set(strings, text);
  }
  return { text, values };
}

/** A value for a jsonb column: the drivers disagree about arrays, so it is always text. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}
