import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import type { Resource } from './resource.ts';

const apiSchema = z.strictObject({
  /** Resource indicator (RFC 8707 section 2): an absolute URI without fragment; the `aud` of its tokens. */
  indicator: z
    .string()
    .refine((text) => URL.canParse(text) && !text.includes('#'), 'must be an absolute URI without #'),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default([]),
  access_token_format: z.enum(['jwt', 'opaque']).default('jwt'),
  /** Seconds. JWTs cannot be taken back, so they are short-lived. */
  access_token_ttl: z.int().min(30).max(86_400).default(600),
  /** Clients that may introspect its tokens: the API's own. */
  introspected_by: z.array(z.string()).default([]),
});

export type ApiResource = z.output<typeof apiSchema>;

export const apis: Resource<ApiResource & JsonObject> = {
  kind: 'api',
  section: 'apis',
  shape: { list: 'indicator' },
  schema: apiSchema as unknown as z.ZodType<ApiResource & JsonObject>,
};
