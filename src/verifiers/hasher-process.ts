/**
 * The program of the hashing process. It takes jobs over its IPC channel only, so no password is ever in its arguments
 * or environment, writes nothing anywhere, and ends when its parent is gone.
 */
import { constants, setPriority } from 'node:os';
import type { VerifiedPassword } from './password-hash.ts';
import type { Argon2Parameters } from './password-hash-format.ts';

export type HashingWork =
  | { kind: 'hash'; password: string }
  | { kind: 'verify'; password: string; stored: string | undefined };
export type HashingResult = { hash: string } | VerifiedPassword;

/** From the parent. */
export type HashingJob = HashingWork & { id: number };
/** To the parent: once that it is ready, then one answer for each job. */
export type HashingAnswer = 'ready' | { id: number; result: HashingResult } | { id: number; error: string };

// On Linux a priority belongs to a thread and is inherited by those it starts: lower it before the thread pool exists,
// which is why everything heavy is imported below.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.title = 'sallyport-hasher';
process.on('disconnect', () => process.exit());
// Both reach the whole process group at a shutdown; the parent still needs answers while it drains.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const { createPasswordHash } = await import('./password-hash.ts');
const hashing = createPasswordHash(JSON.parse(process.argv[2] ?? '') as Argon2Parameters);
await hashing.verify('', undefined);

const send = (answer: HashingAnswer): void => {
  process.send?.(answer);
};

async function work(job: HashingJob): Promise<HashingResult> {
  return job.kind === 'hash' ? { hash: await hashing.hash(job.password) } : hashing.verify(job.password, job.stored);
}

process.on('message', (job: HashingJob) => {
  work(job).then(
    (result) => send({ id: job.id, result }),
    (error: unknown) => send({ id: job.id, error: error instanceof Error ? error.name : 'unknown' }),
  );
});
send('ready');
