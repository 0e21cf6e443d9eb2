import { z } from 'zod';
import type { Resource } from './resource.ts';

const colour = z.string().regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, 'must be a colour like #1a7f5a');

/** An address that a page links to or shows a picture from. */
export const webAddress = z
  .url('must be an address')
  .refine((text) => /^https?:$/.test(new URL(text).protocol), 'must begin with https: or http:');

/** How pages look: data, never markup. */
export const brandSchema = z.strictObject({
  title: z.string().min(1).max(80).optional(),
  logo_uri: webAddress.optional(),
  favicon_uri: webAddress.optional(),
  background: colour.optional(),
  accent: colour.optional(),
  policy_uri: webAddress.optional(),
  tos_uri: webAddress.optional(),
  support_uri: webAddress.optional(),
});

export const branding: Resource<z.output<typeof brandSchema>> = {
  kind: 'branding',
  section: 'branding',
  shape: 'map',
  schema: brandSchema,
};
