import { availableParallelism } from 'node:os';
import { busy, type Log, unavailable } from '../base/index.ts';
import { type HasherChild, startHasherChild } from './hasher-child.ts';
import type { HashingAnswer, HashingResult, HashingWork } from './hasher-process.ts';
import type { Argon2Parameters } from './password-hash-format.ts';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
export const ARGON2_PARAMETERS: Argon2Parameters = { memory: 19_456, passes: 2, parallelism: 1 };

/** @throws AppError `busy` at once when too many wait already, `unavailable` when the hashing process cannot be kept alive. */
export interface Hasher {
  hash(password: string): Promise<string>;
  /** Without a hash it checks a decoy: unknown people cost the same time, and the answer is no. */
  verify(password: string, hash: string | undefined): Promise<{ ok: boolean; needsRehash: boolean }>;
  /** Jobs waiting or being worked on. */
  pending(): number;
  /** Ends the process; whatever still waits is refused as `unavailable`. */
  close(): Promise<void>;
}

interface HasherNeeds {
  log: Log;
  /** Hashes at a time; one core is left to the server when left out. */
  concurrency?: number;
  /** Jobs that may wait; when left out, as many as are done within a second at the pace just measured. */
  queueLimit?: number;
  parameters?: Argon2Parameters;
}

interface Task {
  work: HashingWork;
  tries: number;
  resolve: (result: HashingResult) => void;
  reject: (error: Error) => void;
}

const LONGEST_WAIT_MS = 1000;
const FIRST_GUESS_MS = 20;
/** A process that answers nothing for so long is taken for stuck. */
const STUCK_MS = 15_000;
const TRIES = 2;
const RESTART_MS = { first: 100, most: 5000 };

/**
 * Hashes and checks passwords in one child process of low priority, so that sign-ins never hold up token traffic. It
 * starts in the background; jobs wait until it is ready. When it dies it is started again, and what it was working on
 * is tried once more.
 */
export async function startHasher(needs: HasherNeeds): Promise<Hasher> {
  const { log, parameters = ARGON2_PARAMETERS } = needs;
  const concurrency = Math.max(1, needs.concurrency ?? availableParallelism() - 1);
  const waiting: Task[] = [];
  const working = new Map<number, { task: Task; since: number; stuck: NodeJS.Timeout }>();
  let child: HasherChild | undefined;
  let ready = false;
  let closed = false;
  let failedStarts = 0;
  let timer: NodeJS.Timeout | undefined;
  let lastId = 0;
  let usualMs = FIRST_GUESS_MS;

  function start(): void {
    timer = setTimeout(() => child?.kill(), STUCK_MS);
    child = startHasherChild({ concurrency, parameters, onReady, onAnswer, onEnd });
  }

  function onReady(): void {
    clearTimeout(timer);
    ready = true;
    failedStarts = 0;
    log.debug({ pid: child?.pid, concurrency }, 'password hasher ready');
    pump();
  }

  function onEnd(why: object): void {
    clearTimeout(timer);
    if (closed) return;
    log.error({ ...why, working: working.size }, 'the password hasher ended; it is started again');
    const wait = ready ? 0 : Math.min(RESTART_MS.first * 2 ** failedStarts, RESTART_MS.most);
    if (!ready) failedStarts += 1;
    ready = false;
    for (const { task, stuck } of [...working.values()].reverse()) {
      clearTimeout(stuck);
      if (task.tries < TRIES) waiting.unshift(task);
      else task.reject(unavailable('the password hasher died twice on one job', why));
    }
    working.clear();
    if (isDown()) refuseAll(waiting, 'the password hasher does not start');
    timer = setTimeout(start, wait);
  }

  function onAnswer(answer: Exclude<HashingAnswer, 'ready'>): void {
    const job = working.get(answer.id);
    if (!job) return;
    working.delete(answer.id);
    clearTimeout(job.stuck);
    usualMs = 0.9 * usualMs + 0.1 * (performance.now() - job.since);
    if ('result' in answer) job.task.resolve(answer.result);
    else job.task.reject(unavailable('the password hasher failed', answer.error));
    pump();
  }

  function pump(): void {
    while (ready && child && working.size < concurrency) {
      const task = waiting.shift();
      if (!task) return;
      const id = ++lastId;
      task.tries += 1;
      working.set(id, { task, since: performance.now(), stuck: setTimeout(() => child?.kill(), STUCK_MS) });
      child.send({ ...task.work, id });
    }
  }

  const isDown = (): boolean => !ready && failedStarts > 1;
  const pending = (): number => waiting.length + working.size;
  const room = (): number =>
    concurrency + (needs.queueLimit ?? Math.max(1, Math.floor((LONGEST_WAIT_MS / usualMs) * concurrency)));

  function submit(work: HashingWork): Promise<HashingResult> {
    if (closed || isDown())
      throw unavailable(closed ? 'the password hasher is closed' : 'the password hasher does not start', undefined);
    if (pending() >= room()) throw busy(`${pending()} passwords wait to be hashed`);
    return new Promise((resolve, reject) => {
      waiting.push({ work, tries: 0, resolve, reject });
      pump();
    });
  }

  start();
  return {
    async hash(password) {
      const result = await submit({ kind: 'hash', password });
      if (!('hash' in result)) throw unavailable('the password hasher mixed up its answers', undefined);
      return result.hash;
    },

    async verify(password, hash) {
      const result = await submit({ kind: 'verify', password, stored: hash });
      if ('hash' in result) throw unavailable('the password hasher mixed up its answers', undefined);
      if (!result.readable) log.warn({}, 'a stored password hash is in no format we know, so its owner cannot sign in');
      return { ok: result.ok, needsRehash: result.needsRehash };
    },

    pending,

    async close() {
      closed = true;
      clearTimeout(timer);
      for (const { task, stuck } of working.values()) {
        clearTimeout(stuck);
        waiting.push(task);
      }
      working.clear();
      refuseAll(waiting, 'the password hasher is closed');
      await child?.stop();
    },
  };
}

function refuseAll(tasks: Task[], message: string): void {
  for (const task of tasks.splice(0)) task.reject(unavailable(message, undefined));
}
