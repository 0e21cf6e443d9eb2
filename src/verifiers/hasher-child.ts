import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { HashingAnswer, HashingJob } from './hasher-process.ts';
import type { Argon2Parameters } from './password-hash-format.ts';

export interface HasherChild {
  readonly pid: number | undefined;
  send(job: HashingJob): void;
  kill(): void;
  /** Lets go of it and resolves when it has ended. */
  stop(): Promise<void>;
}

interface ChildNeeds {
  concurrency: number;
  parameters: Argon2Parameters;
  onReady: () => void;
  onAnswer: (answer: Exclude<HashingAnswer, 'ready'>) => void;
  /** Called exactly once, whatever it died of. */
  onEnd: (why: { code?: number | null; signal?: string | null; cause?: unknown }) => void;
}

const STOP_MS = 2000;

/** One hashing process. Its environment is empty but for the size of its thread pool: the parent's holds secrets. */
export function startHasherChild({ concurrency, parameters, onReady, onAnswer, onEnd }: ChildNeeds): HasherChild {
  const child = fork(join(import.meta.dirname, 'hasher-process.ts'), [JSON.stringify(parameters)], {
    env: { UV_THREADPOOL_SIZE: String(concurrency) },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let over = false;
  const end: typeof onEnd = (why) => {
    if (over) return;
    over = true;
    resolve();
    onEnd(why);
  };

  child.on('exit', (code, signal) => end({ code, signal }));
  child.on('error', (cause) => {
    // Also raised for a message that could not be sent; then the process is still there and has to go.
    child.kill('SIGKILL');
    if (child.pid === undefined) end({ cause });
  });
  child.on('message', (answer: HashingAnswer) => (answer === 'ready' ? onReady() : onAnswer(answer)));

  return {
    pid: child.pid,
    send: (job) => void child.send(job),
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
