import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isCollection, LineCounter, parseDocument } from 'yaml';
import { didYouMean } from './did-you-mean.ts';
import { type Environment, type ReadFile, reasonOf } from './environment-texts.ts';
import { resolveSecrets } from './secret-references.ts';

const SECTIONS = [
  ...['settings', 'clients', 'apis', 'identity_providers', 'policies', 'policy_tests', 'networks', 'groups'],
  ...['attributes', 'terms', 'branding', 'sms'],
] as const;

/** Sections by name. What belongs in each is checked by whoever owns the resource. */
export type ConfigDocument = Record<string, unknown[] | object>;

export type ConfigFile = { ok: true; document: ConfigDocument; warnings: string[] } | { ok: false; problems: string[] };

/** A file, or its text; paths in a text are relative to the working directory. */
type Source = { path: string } | { text: string };

interface ReadOptions {
  readFile?: ReadFile;
  /** `optional`: for those who look at what is no secret, on a machine that may not have them. */
  secrets?: 'needed' | 'optional';
}

/** As long as any secret has to be. */
const STAND_IN = '-'.repeat(64);

/** More uses of one anchor than this is an attack or a mistake. */
const MOST_ALIASES = 100;

/**
 * Reads the declarative file (YAML 1.2; JSON is YAML). Secrets written `{ env: NAME }` or `{ file: PATH }` are put in
 * their place, paths relative to the file. Every problem at once, by line or by path such as `clients[2].client_secret`.
 */
export function readConfigFile(
  source: Source,
  env: Environment,
  { readFile = (path) => readFileSync(path, 'utf8'), secrets = 'needed' }: ReadOptions = {},
): ConfigFile {
  let text: string;
  try {
    text = 'text' in source ? source.text : readFile(source.path);
  } catch (error) {
    const path = 'path' in source ? source.path : '';
    return { ok: false, problems: [`The configuration file ${path} cannot be read (${reasonOf(error)}).`] };
  }

  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const folder = 'path' in source ? dirname(source.path) : '.';
  const { value, problems, warnings } = resolveSecrets(parsed.content, {
    env,
    readFile: (path) => readFile(resolve(folder, path)),
    standIn: secrets === 'optional' ? STAND_IN : undefined,
  });
  const all = [...sectionProblems(parsed.content), ...problems];
  return all.length > 0 ? { ok: false, problems: all } : { ok: true, document: value as ConfigDocument, warnings };
}

function parse(text: string): { ok: true; content: object } | { ok: false; problems: string[] } {
  const lines = new LineCounter();
  // Pretty errors quote the line they mean, and it may hold a secret.
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true });
  const problems = [...yaml.errors, ...yaml.warnings].map(
    ({ message, pos }) => `Line ${lines.linePos(pos[0]).line}: ${message.replace(/\.?$/, '.')}`,
  );
  if (problems.length > 0) return { ok: false, problems };
  if (yaml.contents === null) return { ok: true, content: {} };
  try {
    const content: unknown = yaml.toJS({ maxAliasCount: MOST_ALIASES });
    if (isCollection(yaml.contents) && content !== null && typeof content === 'object' && !Array.isArray(content))
      return { ok: true, content };
    return { ok: false, problems: [`The file must be a map of sections (${SECTIONS.join(', ')}).`] };
  } catch (error) {
    return { ok: false, problems: [`The file cannot be read as YAML: ${reasonOf(error)}.`] };
  }
}

function sectionProblems(content: object): string[] {
  return Object.entries(content).flatMap(([name, section]) => {
    if (!SECTIONS.some((known) => known === name)) {
      const meant = didYouMean(name, SECTIONS);
      return `${name} is no section${meant ? `; did you mean ${meant}?` : `: sections are ${SECTIONS.join(', ')}.`}`;
    }
    const isSection = typeof section === 'object' && section !== null;
    return isSection
      ? []
      : `${name} must be a list or a map of what it configures; leave it out when there is nothing.`;
  });
}
