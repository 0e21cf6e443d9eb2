import type { JsonObject, Sealing } from '../base/index.ts';
import { resources } from './resources.ts';

interface Kept {
  kind: string;
  id: string;
  body: JsonObject;
}

/** Secrets that have to be read again, and so cannot be digests: sealed in the database and its history, open in memory. */
export interface KeptSecrets {
  seal<Row extends Kept>(row: Row): Row;
  /** One that no known master secret opens is left out: it has to be given anew, and nothing else suffers. */
  open<Row extends Kept>(row: Row): Row;
}

export function createKeptSecrets({ sealing }: { sealing: Pick<Sealing, 'seal' | 'open'> }): KeptSecrets {
  function opened(sealed: string, context: string): string | undefined {
    try {
      return sealing.open(sealed, context);
    } catch {
      return undefined;
    }
  }

  return { seal: (row) => replaced(row, sealing.seal), open: (row) => replaced(row, opened) };
}

function replaced<Row extends Kept>(row: Row, by: (secret: string, context: string) => string | undefined): Row {
  const paths = resources.find((one) => one.kind === row.kind)?.secrets ?? [];
  const body = paths.reduce(
    (rest, path) => replacedAt(rest, path, (secret) => by(secret, contextOf(row, path))),
    row.body,
  );
  return { ...row, body };
}

function contextOf({ kind, id }: Kept, path: readonly string[]): string {
  return `resource:${kind}:${id}:${path.join('.')}`;
}

function replacedAt(
  body: JsonObject,
  [name = '', ...below]: readonly string[],
  by: (secret: string) => string | undefined,
): JsonObject {
  const { [name]: value, ...rest } = body;
  if (below.length === 0 && typeof value === 'string') {
    const secret = by(value);
    return secret === undefined ? rest : { ...body, [name]: secret };
  }
  if (below.length === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return body;
  return { ...body, [name]: replacedAt(value, below, by) };
}
