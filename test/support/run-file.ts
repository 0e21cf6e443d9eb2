import { resolve } from 'node:path';
import { run } from 'node:test';

/** One finished test, sent as a message from this process to `test/run.ts`. */
export interface Outcome {
  name: string;
  result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped, as a person should read it. */
  detail?: string;
}

interface Finished {
  name: string;
  skip?: string | boolean;
  todo?: string | boolean;
  details?: { type?: string; error?: Error & { failureType?: string } };
}

function read({ name, skip, todo, details }: Finished, passed: boolean): Outcome | undefined {
  const error = details?.error;
  const why = skip || todo;
  if (why) return { name, result: 'skipped', detail: typeof why === 'string' ? why : 'marked in the test' };
  // A suite passes and fails with its tests; it counts by itself only when something of its own (a hook) failed.
  if (error?.failureType === 'subtestsFailed' || (details?.type === 'suite' && passed)) return undefined;
  if (passed) return { name, result: 'passed' };
  const cause = error?.cause ?? error;
  return { name, result: 'failed', detail: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}

const file = process.argv[2];
if (file === undefined) throw new Error('Usage: node test/support/run-file.ts FILE');
for await (const event of run({ files: [resolve(file)], concurrency: 1 })) {
  if (event.type === 'test:stdout' || event.type === 'test:stderr') process.stdout.write(event.data.message);
  if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
  const outcome = read(event.data, event.type === 'test:pass');
  if (outcome !== undefined) process.send?.(outcome);
}
process.disconnect?.();
