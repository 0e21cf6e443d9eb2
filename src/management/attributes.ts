import { z } from 'zod';
import type { AttributeDemand } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Resource } from './resource.ts';
import { words } from './terms.ts';

const RESERVED =
  /^(?:sub|iss|aud|exp|iat|nbf|jti|nonce|sid|acr|amr|auth_time|name|picture|email.*|phone.*|password|identifier|code|terms.*|__.*)$/;

const isPattern = (text: string) => {
  try {
    return new RegExp(text, 'u') !== undefined;
  } catch {
    return false;
  }
};

const attributeSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and _, a letter first')
    .refine((text) => !RESERVED.test(text) && !builtIn.has(text), 'has a meaning of its own; choose another name'),
  type: z.enum(['text', 'number', 'boolean', 'date', 'choice']).default('text'),
  label: words.optional(),
  choices: z.array(z.string().min(1)).min(1).optional(),
  pattern: z.string().max(200).refine(isPattern, 'must be a regular expression').optional(),
  max_length: z.int().min(1).max(2000).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  /** What people may do with it on their account pages. */
  self_service: z.enum(['edit', 'read', 'none']).default('read'),
});

export type AttributeResource = z.output<typeof attributeSchema>;

/** What every operator has without defining it. */
const builtIn = new Map<string, AttributeDemand['type']>([
  ['given_name', 'text'],
  ['family_name', 'text'],
  ['phone_number', 'phone'],
  ['locale', 'locale'],
]);

export const attributes: Resource<AttributeResource & JsonObject> = {
  kind: 'attribute',
  section: 'attributes',
  shape: { list: 'name' },
  schema: attributeSchema as unknown as z.ZodType<AttributeResource & JsonObject>,
};

/** What people see of themselves on their account pages, the built-in ones first; address and number have their own ways. */
export function profileAttributes(own: Iterable<AttributeResource>): (AttributeDemand & { editable: boolean })[] {
  const defined = [...own];
  const seen = defined.filter((one) => one.self_service !== 'none').map(({ name }) => name);
  const names = [...[...builtIn.keys()].filter((name) => name !== 'phone_number'), ...seen];
  return names.flatMap((name) => {
    const demand = attributeDemand(name, false, (wanted) => defined.find((one) => one.name === wanted));
    const editable = builtIn.has(name) || defined.find((one) => one.name === name)?.self_service === 'edit';
    return demand ? [{ ...demand, editable }] : [];
  });
}

/** What a client demands of an attribute; undefined when nobody has defined it. */
export function attributeDemand(
  name: string,
  required: boolean,
  defined: (name: string) => AttributeResource | undefined,
): AttributeDemand | undefined {
  const own = builtIn.get(name);
  if (own) return { name, type: own, required, maxLength: 100 };
  const attribute = defined(name);
  if (!attribute) return undefined;
  const { type, label, choices, pattern, max_length: maxLength, minimum, maximum } = attribute;
  const given = Object.entries({ label, choices, pattern, maxLength, minimum, maximum }).filter(
    ([, value]) => value !== undefined,
  );
  return { name, type, required, ...Object.fromEntries(given) };
}
