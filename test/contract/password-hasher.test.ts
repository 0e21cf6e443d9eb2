import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, createLog } from '../../src/base/index.ts';
import { ARGON2_PARAMETERS, type Hasher, startHasher } from '../../src/verifiers/index.ts';

const PASSWORD = 'eleven geese on thin ice';
const SMALL = { memory: 256, passes: 1, parallelism: 1 };
/** Near 100 ms a hash: long enough to catch one in flight. */
const SLOW = { memory: 65_536, passes: 3, parallelism: 1 };

const open: Hasher[] = [];
let lines: string[] = [];

async function start(needs: Partial<Parameters<typeof startHasher>[0]> = {}): Promise<Hasher> {
  const hasher = await startHasher({
    log: createLog('debug', (line) => lines.push(line)),
    parameters: SMALL,
    ...needs,
  });
  open.push(hasher);
  return hasher;
}

/** The processes that this one has ready, by what they logged; the last is the one at work. */
function pids(): number[] {
  return lines.flatMap((line) => {
    const { msg, pid } = JSON.parse(line) as { msg: string; pid?: number };
    return msg === 'password hasher ready' && pid !== undefined ? pid : [];
  });
}

const lives = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

async function until(done: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!done()) {
    assert.ok(Date.now() < end, `waited in vain until ${what}`);
    await delay(20);
  }
}

const isError = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

afterEach(async () => {
  await Promise.all(open.splice(0).map((hasher) => hasher.close()));
  lines = [];
});

describe('the hashing process', () => {
  test('hashes with argon2id at the parameters OWASP names, and verifies', async () => {
    const hasher = await start({ parameters: ARGON2_PARAMETERS });
    const hash = await hasher.hash(PASSWORD);
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.deepEqual(await hasher.verify(PASSWORD, hash), { ok: true, needsRehash: false });
    assert.deepEqual(await hasher.verify('eleven geese on thin lce', hash), { ok: false, needsRehash: false });
    assert.equal(hasher.pending(), 0);
  });

  test('says when a hash was made with other parameters', async () => {
    const hash = await (await start({ parameters: { ...SMALL, passes: 2 } })).hash(PASSWORD);
    const hasher = await start();
    assert.deepEqual(await hasher.verify(PASSWORD, hash), { ok: true, needsRehash: true });
  });

  test('answers no when there is no hash or none that can be read, and logs the latter without it', async () => {
    const hasher = await start();
    assert.deepEqual(await hasher.verify(PASSWORD, undefined), { ok: false, needsRehash: false });
    assert.deepEqual(await hasher.verify(PASSWORD, 'plain:geese'), { ok: false, needsRehash: false });
    assert.match(lines.join(''), /in no format we know/);
    assert.doesNotMatch(lines.join(''), /geese/);
  });

  test('starts in the background: work given at once is done when it is ready', async () => {
    const hasher = await start();
    assert.deepEqual(pids(), []);
    assert.match(await hasher.hash(PASSWORD), /^\$argon2id/);
    assert.equal(pids().length, 1);
  });

  test('works at low priority, with no password and nothing of our environment in its own', async () => {
    const hasher = await start();
    await hasher.hash(PASSWORD);
    const folder = `/proc/${pids()[0]}`;
    const threads = readdirSync(`${folder}/task`).map((id) => readFileSync(`${folder}/task/${id}/stat`, 'utf8'));
    const nice = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    const workers = threads.filter((stat) => stat.includes('(libuv-worker)'));
    assert.ok(workers.length > 0);
    assert.deepEqual([...new Set(workers.map(nice))], [10]);
    const names = readFileSync(`${folder}/environ`, 'utf8').match(/(?<=^|\0)[^=\0]+(?==)/g);
    assert.deepEqual(names?.filter((name) => !name.startsWith('NODE_CHANNEL_')).sort(), ['UV_THREADPOOL_SIZE']);
    assert.doesNotMatch(readFileSync(`${folder}/cmdline`, 'utf8'), /geese/);
  });
});

describe('the queue', () => {
  test('refuses at once when it is full, and takes work again when there is room', async () => {
    const hasher = await start({ parameters: SLOW, concurrency: 1, queueLimit: 2 });
    const taken = [hasher.hash(PASSWORD), hasher.hash(PASSWORD), hasher.hash(PASSWORD)];
    const before = performance.now();
    await assert.rejects(hasher.hash(PASSWORD), (error: unknown) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.status, 503);
      assert.ok((error.retryAfter ?? 0) > 0);
      return error.code === 'busy';
    });
    assert.ok(performance.now() - before < 500);
    assert.equal(hasher.pending(), 3);
    await Promise.all(taken);
    assert.match(await hasher.hash(PASSWORD), /^\$argon2id/);
  });

  test('left to itself it is as long as what a second can do', async () => {
    const hasher = await start({ parameters: SLOW, concurrency: 1 });
    for (let done = 0; done < 20; done += 1) await hasher.hash(PASSWORD);
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => hasher.hash(PASSWORD).catch(() => 'refused')));
    const taken = outcomes.filter((outcome) => outcome !== 'refused').length;
    assert.ok(taken >= 2 && taken < 40, `${taken} were taken`);
  });
});

describe('when the process dies', () => {
  test('killed while idle: later work is done by another', async () => {
    const hasher = await start();
    const hash = await hasher.hash(PASSWORD);
    const [first = 0] = pids();
    process.kill(first, 'SIGKILL');
    await until(() => !lives(first), 'it is gone');
    assert.equal((await hasher.verify(PASSWORD, hash)).ok, true);
    assert.equal(pids().length, 2);
  });

  test('killed at work: what it was doing is done again, and so is what waited', async () => {
    const hasher = await start({ parameters: SLOW, concurrency: 1 });
    await hasher.hash(PASSWORD);
    const answers = Promise.all([hasher.hash(PASSWORD), hasher.hash(PASSWORD)]);
    process.kill(pids()[0] ?? 0, 'SIGKILL');
    for (const hash of await answers) assert.match(hash, /^\$argon2id/);
    assert.equal(hasher.pending(), 0);
  });

  test('killed at the second try too: the job fails as unavailable, the next one works', async () => {
    const hasher = await start({ parameters: { ...SLOW, passes: 16 }, concurrency: 1 });
    await until(() => pids().length === 1, 'it is ready');
    const refused = assert.rejects(hasher.hash(PASSWORD), isError('unavailable'));
    process.kill(pids()[0] ?? 0, 'SIGKILL');
    await until(() => pids().length === 2, 'another is ready');
    process.kill(pids()[1] ?? 0, 'SIGKILL');
    await refused;
    assert.equal((await hasher.verify(PASSWORD, undefined)).ok, false);
    assert.doesNotMatch(lines.join(''), /geese/);
  });

  test('when it cannot start, work is refused as unavailable instead of waiting', async () => {
    const hasher = await start({ parameters: { ...SMALL, memory: 1 } });
    await assert.rejects(hasher.hash(PASSWORD), isError('unavailable'));
    await assert.rejects(hasher.hash(PASSWORD), isError('unavailable'));
  });
});

describe('the end', () => {
  test('closing leaves no process and refuses what waits and what comes', async () => {
    const hasher = await start({ parameters: SLOW });
    await hasher.hash(PASSWORD);
    const waiting = assert.rejects(hasher.hash(PASSWORD), isError('unavailable'));
    await hasher.close();
    await waiting;
    await assert.rejects(hasher.hash(PASSWORD), isError('unavailable'));
    assert.deepEqual(pids().filter(lives), []);
  });

  test('closing right after the start leaves no process either', async () => {
    const hasher = await start();
    await hasher.close();
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    assert.deepEqual(children, []);
  });

  test('it ends with a server that was killed', async () => {
    const room = join(import.meta.dirname, '../../src');
    const program = `
      import { createLog } from '${room}/base/index.ts';
      import { startHasher } from '${room}/verifiers/index.ts';
      const hasher = await startHasher({ log: createLog('debug'), parameters: ${JSON.stringify(SMALL)} });
      await hasher.hash('x');
      setInterval(() => {}, 1000);`;
    const server = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const { pid } = JSON.parse(line.toString()) as { pid: number };
    assert.ok(lives(pid));
    server.kill('SIGKILL');
    await until(() => !lives(pid), 'the hasher is gone');
  });
});
