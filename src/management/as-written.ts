import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import type { Resource } from './resource.ts';

/**
 * The part of a resource that is kept as it was written, because a reader of its own has checked it.
 *
 * @param fields in the order in which people read them: the database keeps another
 */
export function asWritten(fields: readonly string[]): Pick<Resource, 'schema' | 'exported'> {
  const schema = z.looseObject(Object.fromEntries(fields.map((field) => [field, z.json().optional()])));
  return {
    schema: schema as unknown as z.ZodType<JsonObject>,
    exported(body) {
      const known = fields.filter((field) => body[field] !== undefined);
      return { ...Object.fromEntries(known.map((field) => [field, body[field]])), ...body };
    },
  };
}
