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
  return { text, values: values.map(storable) };
}

/** A value for a jsonb column: the drivers disagree about arrays, so it is always text. */
export function json(value: unknown): string {
  const text = JSON.stringify(value);
  return UNSTORABLE.test(text) ? JSON.stringify(value, (_key, part) => storable(withStorableNames(part))) : text;
}

/** Names of members come from strangers, too: those of the `claims` parameter, for one. */
function withStorableNames(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [storable(name), value]));
}

/** As JSON escapes them: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

/**
 * PostgreSQL holds no NUL and no half of a surrogate pair. Whoever sends one gets U+FFFD in its place: a lookup finds
 * nothing and nothing fails.
 */
function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storable);
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value;
}
