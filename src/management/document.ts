import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import type { ResourceChanges, ResourceRow } from '../store/index.ts';
import { registrationMetadata } from './clients.ts';
import type { Resource } from './resource.ts';
import { resources } from './resources.ts';

/** Sections by name, as the file had them. */
export type Document = Record<string, unknown>;

export interface Desired {
  kind: string;
  id: string;
  body: JsonObject;
}

/** The one resource of a `map` section. */
export const ONLY = 'default';

/** @returns what the file wants there to be, or every problem in it, each with where it is. */
export function readDocument(document: Document): { ok: true; desired: Desired[] } | { ok: false; problems: string[] } {
  const problems: string[] = [];
  const desired: Desired[] = [];
  const known = new Set(resources.map((resource) => resource.section));
  for (const section of Object.keys(document)) {
    if (!known.has(section)) problems.push(`${section}: this version does not know this section yet.`);
  }
  for (const resource of resources) {
    const content = document[resource.section];
    if (content === undefined) continue;
    const { found, wrong } =
      resource.shape === 'map' ? readOne(resource, content, resource.section) : readList(resource, content);
    desired.push(...found);
    problems.push(...wrong);
  }
  problems.push(...danglingReferences(desired));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, desired };
}

interface Read {
  found: Desired[];
  wrong: string[];
}

function readList(resource: Resource, content: unknown): Read {
  if (!Array.isArray(content)) return { found: [], wrong: [`${resource.section} must be a list.`] };
  const wrong = resource.check?.(content, resource.section) ?? [];
  if (wrong.length > 0) return { found: [], wrong };
  const all: Read = { found: [], wrong: [] };
  content.forEach((item, index) => {
    const { found, wrong } = readOne(resource, item, `${resource.section}[${index}]`);
    const twice = found.find(({ id }) => all.found.some((other) => other.id === id));
    if (twice) all.wrong.push(`${resource.section}[${index}]: ${twice.id} is there twice.`);
    all.found.push(...found);
    all.wrong.push(...wrong);
  });
  return all;
}

function readOne(resource: Resource, content: unknown, path: string): Read {
  const read = resource.schema.safeParse(content);
  if (!read.success) return { found: [], wrong: read.error.issues.map((issue) => problemAt(path, issue)) };
  const id = resource.shape === 'map' ? ONLY : String(read.data[resource.shape.list]);
  const body = JSON.parse(JSON.stringify(resource.kept?.(read.data) ?? read.data)) as JsonObject;
  return { found: [{ kind: resource.kind, id, body }], wrong: [] };
}

function problemAt(path: string, { path: inside, message }: z.core.$ZodIssue): string {
  const where = inside.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `${path}${where}: ${message.replace(/\.?$/, '.')}`;
}

/** A client that names terms or attributes nobody has defined would not ask for them: that is a mistake to report. */
function danglingReferences(desired: readonly Desired[]): string[] {
  const ids = (kind: string) => new Set(desired.filter((one) => one.kind === kind).map((one) => one.id));
  const [terms, attributes, providers] = [ids('terms'), ids('attribute'), ids('identity_provider')];
  const builtIn = new Set(['given_name', 'family_name', 'phone_number', 'locale']);
  return desired
    .filter((one) => one.kind === 'client')
    .flatMap(({ id, body }) => {
      const wantedTerms = (body.terms ?? []) as string[];
      const wanted = ((body.attributes ?? []) as (string | { name: string })[]).map((one) =>
        typeof one === 'string' ? one : one.name,
      );
      const wantedProviders = (body.identity_providers ?? []) as string[];
      return [
        ...wantedProviders
          .filter((one) => !providers.has(one))
          .map((one) => `clients ${id}: there is no identity provider ${one}.`),
        ...wantedTerms.filter((term) => !terms.has(term)).map((term) => `clients ${id}: there are no terms ${term}.`),
        ...wanted
          .filter((name) => !attributes.has(name) && !builtIn.has(name))
          .map((name) => `clients ${id}: there is no attribute ${name}.`),
      ];
    });
}

/** What has to change so that the file is true; what others brought, the file leaves alone. */
export function planChanges(desired: readonly Desired[], rows: readonly ResourceRow[]): ResourceChanges {
  const rowOf = (kind: string, id: string) => rows.find((row) => row.kind === kind && row.id === id);
  const put = desired
    .filter(({ kind, id, body }) => {
      const row = rowOf(kind, id);
      return row?.source !== 'file' || !isDeepStrictEqual(row.body, body);
    })
    .map((one) => ({ ...one, source: 'file' as const }));
  const remove = rows
    .filter((row) => row.source === 'file' && !desired.some((one) => one.kind === row.kind && one.id === row.id))
    .map(({ kind, id }) => ({ kind, id }));
  return { put, remove };
}

/** What the provider does not accept of clients, by its own check. */
export function clientProblems(
  desired: readonly Desired[],
  check: (metadata: JsonObject) => string | undefined,
): string[] {
  return desired
    .filter((one) => one.kind === 'client')
    .flatMap(({ id, body }) => {
      const problem = check(registrationMetadata(body));
      return problem === undefined ? [] : [`clients ${id}: ${problem}.`];
    });
}
