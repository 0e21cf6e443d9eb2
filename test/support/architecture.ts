import { posix } from 'node:path';
import { readSource, type Source } from './source.ts';

/** Path from the project's root (with `/`) to the file's text. */
export type Files = ReadonlyMap<string, string>;

/** The law of the house, as data. */
export interface Law {
  /** Room to what it may import; `'policy (types)'` allows types only. */
  rooms: Readonly<Record<string, readonly string[]>>;
  /** Files beside the rooms to the rooms and files they may import; `'*'` is every room. */
  tops: Readonly<Record<string, readonly string[]>>;
  /** Package to the rooms that may import it. */
  packages: Readonly<Record<string, readonly string[]>>;
  /** Rooms whose answers depend on nothing but what they are given. */
  pure: readonly string[];
  /** Who may say `process.env`: files, or folders ending in `/`. */
  environment: readonly string[];
  sqlRoom: string;
  forbiddenNames: readonly string[];
  longest: number;
  medianBelow: number;
}

interface Place {
  path: string;
  /** The folder below src, or undefined for a file directly in it. */
  room: string | undefined;
  source: Source;
}

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\b/, 'Date'],
  [/\bMath\s*\.\s*random\b/, 'Math.random'],
  [/\bawait\b/, 'await'],
];
const LOOSE: readonly (readonly [RegExp, string])[] = [
  [/:\s*any\b(?!\s*[(:.])|\bas\s+any\b|<\s*any\b|,\s*any\s*>|\bany\s*\[\]/, 'the type any'],
  [/^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w/m, 'an enum'],
  [/\bexport\s+default\b|\bas\s+default\b/, 'a default export'],
];
const ENVIRONMENT = /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[/;
const SQL_TEXT =
  /\binsert\s+into\s+\w|\bdelete\s+from\s+\w|\bupdate\s+\w+\s+set\b|\bselect\s[\s\S]{1,200}?\sfrom\s+\w+\s+(?:where|order|limit|join|for)\b/i;

/** Every breach of the law, each as one sentence that says where and what to do. */
export function breaches(files: Files, law: Law): string[] {
  const places = [...files].filter(([path]) => path.endsWith('.ts')).map(([path, text]) => place(path, text));
  const house = places.filter(({ path }) => path.startsWith('src/'));
  const rooms = [...new Set(house.flatMap(({ room }) => room ?? []))];
  return [
    ...rooms.flatMap((room) => roomBreaches(room, house, law)),
    ...house.flatMap((file) => [...importBreaches(file, law), ...wordBreaches(file, law)]),
    ...cycles(house),
    ...places.flatMap((file) => [...lengthBreaches(file, law), ...looseBreaches(file)]),
    ...medianBreaches(house, law),
  ];
}

function place(path: string, text: string): Place {
  const parts = path.split('/');
  return { path, room: parts[0] === 'src' && parts.length > 2 ? parts[1] : undefined, source: readSource(text) };
}

function roomBreaches(room: string, house: readonly Place[], law: Law): string[] {
  const said: string[] = [];
  if (law.forbiddenNames.includes(room))
    said.push(`src/${room}: a room of this name collects everything; name what it is about.`);
  else if (!(room in law.rooms))
    said.push(`src/${room}: this room is not in the table; add a row that says what it may import.`);
  const door = house.find(({ path }) => path === `src/${room}/index.ts`);
  if (door === undefined) return [...said, `src/${room}: the room has no door; add index.ts.`];
  const lines = openingComment(door.source.text);
  if (lines < 5 || lines > 10) {
    said.push(`src/${room}/index.ts: a door opens with a comment of 5 to 10 lines; this one has ${lines}.`);
  }
  return said;
}

/** Lines of text between the first comment's marks, or of a run of `//` lines. */
function openingComment(text: string): number {
  const block = /^\s*\/\*\*?([\s\S]*?)\*\//.exec(text)?.[1];
  if (block !== undefined) return block.trim().split('\n').length;
  return /^\s*((?:\/\/[^\n]*\n)*)/.exec(text)?.[1]?.split('\n').filter(Boolean).length ?? 0;
}

/** The path below the root that a relative specifier means, or undefined for a package. */
function target(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined;
}

const roomOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];

function importBreaches({ path, room, source }: Place, law: Law): string[] {
  return source.imports.flatMap(({ specifier, typesOnly }) => {
    const to = target(path, specifier);
    if (to === undefined) return packageBreach(path, room, specifier, law);
    const toRoom = roomOf(to);
    if (room !== undefined && toRoom === room) {
      return to === `src/${room}/index.ts` ? [`${path}: imports its own room's door; import the file itself.`] : [];
    }
    const name = toRoom ?? to.replace(/^src\//, '');
    const allowed = room === undefined ? law.tops[path.replace(/^src\//, '')] : law.rooms[room];
    const said: string[] = [];
    if (toRoom !== undefined && to !== `src/${toRoom}/index.ts`) {
      said.push(`${path}: '${specifier}' goes round the door of ${toRoom}; import src/${toRoom}/index.ts.`);
    }
    if (allowed?.includes(name) || (toRoom !== undefined && allowed?.includes('*'))) return said;
    if (allowed?.includes(`${name} (types)`)) {
      return typesOnly ? said : [...said, `${path}: may import only types of ${name}; write 'import type'.`];
    }
    return [...said, `${path}: ${room ?? path} may not import ${name}; the table does not allow it.`];
  });
}

function packageBreach(path: string, room: string | undefined, specifier: string, law: Law): string[] {
  if (law.pure.includes(room ?? '') && specifier.startsWith('node:')) {
    return [`${path}: imports ${specifier}, but ${room} is pure: it is given what it needs.`];
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const owners = law.packages[name];
  if (owners === undefined) return [];
  if (!owners.includes(room ?? '')) return [`${path}: only src/${owners.join(', src/')} may import ${name}.`];
  return specifier.startsWith('oidc-provider/')
    ? [`${path}: ${specifier} is the library's inside; import its front.`]
    : [];
}

function wordBreaches({ path, room, source }: Place, law: Law): string[] {
  const said: string[] = [];
  const mayReadEnvironment = law.environment.some((who) => (who.endsWith('/') ? path.startsWith(who) : path === who));
  if (!mayReadEnvironment && (ENVIRONMENT.test(source.bare) || /\benv\b.*from\s*['"]node:process/.test(source.code))) {
    said.push(`${path}: reads process.env; take the value from Config.`);
  }
  if (room !== undefined && law.pure.includes(room)) {
    for (const [pattern, word] of IMPURE) {
      if (pattern.test(source.bare))
        said.push(`${path}: says ${word}, but ${room} is pure: it is given what it needs.`);
    }
  }
  if (room !== law.sqlRoom && (/\bsql\s*`/.test(source.bare) || SQL_TEXT.test(source.code))) {
    said.push(`${path}: holds SQL; it belongs to the repository in src/${law.sqlRoom} that owns the table.`);
  }
  return said;
}

function cycles(house: readonly Place[]): string[] {
  const edges = new Map<string, Set<string>>();
  for (const { path, room, source } of house) {
    for (const { specifier } of room === undefined ? [] : source.imports) {
      const to = roomOf(target(path, specifier) ?? '');
      if (room !== undefined && to !== undefined && to !== room)
        edges.set(room, (edges.get(room) ?? new Set()).add(to));
    }
  }
  const found = new Map<string, string>();
  const walk = (trail: readonly string[]): void => {
    for (const next of edges.get(trail.at(-1) ?? '') ?? []) {
      const start = trail.indexOf(next);
      if (start === -1) walk([...trail, next]);
      else {
        const ring = trail.slice(start);
        found.set([...ring].sort().join(), `Rooms in a cycle: ${[...ring, next].join(' → ')}.`);
      }
    }
  };
  for (const room of edges.keys()) walk([room]);
  return [...found.values()];
}

const lineCount = (text: string): number => text.replace(/\n$/, '').split('\n').length;

function lengthBreaches({ path, source }: Place, law: Law): string[] {
  const lines = lineCount(source.text);
  return lines > law.longest
    ? [`${path}: ${lines} lines; none may have more than ${law.longest}. Split it by what it does.`]
    : [];
}

function looseBreaches({ path, source }: Place): string[] {
  return LOOSE.filter(([pattern]) => pattern.test(source.bare)).map(([, what]) => `${path}: has ${what}.`);
}

function medianBreaches(house: readonly Place[], law: Law): string[] {
  const lines = house.map(({ source }) => lineCount(source.text)).sort((a, b) => a - b);
  const median = lines[Math.floor(lines.length / 2)] ?? 0;
  return median < law.medianBelow
    ? []
    : [`src: the median file has ${median} lines; it stays below ${law.medianBelow}.`];
}
