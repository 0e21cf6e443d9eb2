import { existsSync, globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a test file may ask for in its first line: `// needs: postgres redis chromium`. */
const PLACES: Readonly<Record<string, { binaries: readonly string[]; folders: readonly string[]; title: string }>> = {
  postgres: { binaries: ['postgres'], folders: ['/usr/lib/postgresql/*/bin'], title: 'PostgreSQL' },
  redis: { binaries: ['redis-server'], folders: [], title: 'redis-server' },
  chromium: { binaries: ['chromium', 'chromium-browser', 'google-chrome'], folders: [], title: 'Chromium' },
  oathtool: { binaries: ['oathtool'], folders: [], title: 'oathtool' },
};

function installed(need: string): boolean {
  const place = PLACES[need];
  if (place === undefined) throw new Error(`'${need}' is no known need; known are ${Object.keys(PLACES).join(', ')}.`);
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...place.folders.flatMap((folder) => globSync(folder)),
  ];
  return folders.some((folder) => place.binaries.some((binary) => existsSync(join(folder, binary))));
}

/** The words of a test file's first line, `// needs: postgres redis`. */
export function needsOf(text: string): string[] {
  return (
    /^\/\/ needs:([^\n]*)/
      .exec(text)?.[1]
      ?.trim()
      .split(/[\s,]+/) ?? []
  );
}

/** What this file needs and this machine lacks, by the names people know. @throws Error for a word that is no known need. */
export function missingFor(file: string): string[] {
  return needsOf(readFileSync(file, 'utf8'))
    .filter((need) => !installed(need))
    .map((need) => PLACES[need]?.title ?? need);
}
