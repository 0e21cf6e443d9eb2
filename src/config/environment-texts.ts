import { didYouMean } from './did-you-mean.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type ReadFile = (path: string) => string;

interface Wanted {
  env: Environment;
  /** The names of all settings. */
  names: readonly string[];
  readFile: ReadFile;
}

const PREFIX = 'SALLYPORT_';

/**
 * The text of each setting that is given, from NAME or from the file that NAME_FILE names, without white space around
 * it. An empty variable is one that is not given, as composed container settings leave them.
 */
export function environmentTexts({ env, names, readFile }: Wanted): { texts: Map<string, string>; problems: string[] } {
  const texts = new Map<string, string>();
  const problems = unknownNames(env, names);
  for (const name of names) {
    const text = env[name]?.trim() || undefined;
    const path = env[`${name}_FILE`]?.trim() || undefined;
    if (text !== undefined) texts.set(name, text);
    if (path === undefined) continue;
    if (text !== undefined) {
      problems.push(`${name} and ${name}_FILE are both set: keep one of them.`);
      continue;
    }
    try {
      const content = readFile(path).trim();
      if (content === '') problems.push(`${name}_FILE names an empty file, ${path}: put the value of ${name} into it.`);
      texts.set(name, content);
    } catch (error) {
      problems.push(`${name}_FILE names a file that cannot be read, ${path} (${reasonOf(error)}).`);
      texts.set(name, '');
    }
  }
  return { texts, problems };
}

/** A misspelt setting is refused; names without our prefix belong to others. */
function unknownNames(env: Environment, names: readonly string[]): string[] {
  const known = new Map(
    names.flatMap((name) => [name, `${name}_FILE`]).map((name) => [name.replace(PREFIX, ''), name] as const),
  );
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && known.get(name.slice(PREFIX.length)) !== name)
    .map((name) => {
      const rest = name.slice(PREFIX.length);
      const meant = known.get(didYouMean(rest, known.keys()) ?? '');
      return `${name} is no setting${meant ? `; did you mean ${meant}?` : `: remove it (settings are ${names.join(', ')}).`}`;
    });
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
