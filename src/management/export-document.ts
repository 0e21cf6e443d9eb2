import type { JsonObject } from '../base/index.ts';
import type { ResourceRow } from '../store/index.ts';
import type { Document } from './document.ts';
import { resources } from './resources.ts';

/** What is there, in the shape of the declarative file. Read back with its secrets in the environment, it changes nothing. */
export function exportDocument(rows: readonly ResourceRow[]): Document {
  const sections = resources.flatMap((resource): [string, JsonObject | JsonObject[]][] => {
    const bodies = rows
      .filter((row) => row.kind === resource.kind)
      .map(({ body }) => resource.exported?.(body) ?? body);
    const [first] = bodies;
    if (!first) return [];
    return [[resource.section, resource.shape === 'map' ? first : bodies]];
  });
  return Object.fromEntries(sections);
}
