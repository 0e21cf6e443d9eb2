import { readFileSync } from 'node:fs';
import { readConfigFile } from '../config/index.ts';
import { type Desired, type PolicySet, policySet, readDocument } from '../management/index.ts';
import { type Call, exits, Refusal } from './command.ts';
import { listed, note } from './print.ts';

/** What a file wants there to be. @throws Refusal with every problem in it */
export function desiredOf(
  { env }: Pick<Call, 'env'>,
  path: string,
  { secrets = 'needed' }: { secrets?: 'needed' | 'optional' } = {},
): Desired[] {
  const file = readConfigFile(path === '-' ? { text: readFileSync(0, 'utf8') } : { path }, env, { secrets });
  if (!file.ok) throw new Refusal(listed(file.problems), exits.configuration);
  if (secrets === 'needed') file.warnings.forEach(note);
  const document = readDocument(file.document);
  if (!document.ok) throw new Refusal(listed(document.problems), exits.configuration);
  return document.desired;
}

/** The policies of the file that is named, for which nothing has to run; else those in force. */
export async function policySetOf(call: Call<unknown>, path: string | undefined): Promise<PolicySet> {
  if (path !== undefined) return policySet(desiredOf(call, path, { secrets: 'optional' }));
  const { store } = await call.operations();
  return policySet(await store.resources.all());
}
