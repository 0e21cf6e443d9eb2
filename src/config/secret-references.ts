import { type Environment, type ReadFile, reasonOf } from './environment-texts.ts';

interface Sources {
  env: Environment;
  readFile: ReadFile;
  /** Takes the place of a secret that is not there, for those who look at the rest only; else it is a problem. */
  standIn?: string | undefined;
}

/** Sections without secrets, in which people may call something `env` or `file`. */
const WITHOUT = ['policies', 'policy_tests'];

interface Resolved {
  value: unknown;
  problems: string[];
  warnings: string[];
}

/** A copy of a tree of data in which each `{ env: NAME }` and `{ file: PATH }` is the text it refers to. */
export function resolveSecrets(tree: unknown, { env, readFile, standIn }: Sources): Resolved {
  const problems: string[] = [];
  const warnings: string[] = [];

  function fromEnvironment(name: string, path: string): string | undefined {
    const text = env[name] || standIn;
    if (!text) problems.push(`${path}: the environment variable ${name} is not set.`);
    return text;
  }

  function fromFile(file: string, path: string): string | undefined {
    try {
      const text = readFile(file).trim();
      if (text !== '') return text;
      problems.push(`${path}: the file ${file} is empty.`);
    } catch (error) {
      if (standIn !== undefined) return standIn;
      problems.push(`${path}: the file ${file} cannot be read (${reasonOf(error)}).`);
    }
    return undefined;
  }

  function walk(value: unknown, path: string): unknown {
    if (typeof value !== 'object' || value === null || WITHOUT.includes(path)) return value;
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`));
    const entries = Object.entries(value);
    const [[key, name] = []] = entries;
    if (entries.length === 1 && typeof name === 'string') {
      if (key === 'env') return fromEnvironment(name, path);
      if (key === 'file') return fromFile(name, path);
    }
    return Object.fromEntries(
      entries.map(([key, item]) => {
        const below = path === '' ? key : `${path}.${key}`;
        if (typeof item === 'string' && /secret/i.test(key))
          warnings.push(`${below} is written out in the file: keep it outside, as { env: NAME } or { file: PATH }.`);
        return [key, walk(item, below)];
      }),
    );
  }

  return { value: walk(tree, ''), problems, warnings };
}
