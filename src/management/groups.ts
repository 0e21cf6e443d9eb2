import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import type { Resource } from './resource.ts';

const groupSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
  description: z.string().max(500).optional(),
});

export type GroupResource = z.output<typeof groupSchema>;

/** That there is such a group; who is in it is kept with the users. */
export const groups: Resource<GroupResource & JsonObject> = {
  kind: 'group',
  section: 'groups',
  shape: { list: 'id' },
  schema: groupSchema as unknown as z.ZodType<GroupResource & JsonObject>,
};
