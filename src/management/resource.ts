import type { z } from 'zod';
import type { JsonObject } from '../base/index.ts';

/**
 * Something an administrator owns. Files, and whatever else changes resources, go through its schema; listing, versions
 * and comparing are the host's.
 */
export interface Resource<Body extends JsonObject = JsonObject> {
  /** As it is stored: `client`. */
  kind: string;
  /** The section of the declarative file: `clients`. */
  section: string;
  /** A `list` section has many, each named by its id field; a `map` section is one. */
  shape: { list: string } | 'map';
  schema: z.ZodType<Body>;
  /** For a list that has a reader of its own, which sees all of it at once: its problems, each with its place. */
  check?: (items: readonly unknown[], section: string) => string[];
  /** What is kept of it: secrets as digests. */
  kept?: (body: Body) => JsonObject;
  /** Where it holds secrets that have to be read again: they are sealed in the database. */
  secrets?: readonly (readonly string[])[];
  /** What a file of it says: references in the place of secrets. */
  exported?: (body: JsonObject) => JsonObject;
}
