import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import { webAddress } from './brand.ts';
import type { Resource } from './resource.ts';

/** One text for all languages, or one for each by its tag. */
export const words = z.union([z.string().transform((en) => ({ en })), z.record(z.string(), z.string())]);

const termsSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
  /** People accept each version once. */
  version: z.union([z.string().min(1), z.number()]).transform(String),
  title: words,
  uri: webAddress,
});

export type TermsResource = z.output<typeof termsSchema>;

export const terms: Resource<TermsResource & JsonObject> = {
  kind: 'terms',
  section: 'terms',
  shape: { list: 'id' },
  schema: termsSchema as unknown as z.ZodType<TermsResource & JsonObject>,
};
