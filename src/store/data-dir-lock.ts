import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/index.ts';

/**
 * Keeps a second process out of the embedded database, which two would destroy. The file names its owner by pid and
 * by when that process started, so that a pid used again after a crash, or pid 1 of the next container, is no owner.
 *
 * @returns what gives the folder free again.
 * @throws AppError `data_dir_in_use`
 */
export function lockDataDir(dataDir: string): () => void {
  const path = join(dataDir, 'pgdata.lock');
  const own = `${path}.${process.pid}`;
  const owner = `${process.pid} ${startOf(process.pid)}`;
  writeFileSync(own, owner, { mode: 0o600 });
  try {
    // A link is made whole or not at all, and never over an existing name.
    if (!tryLink(own, path) && !(removeStale(path, own) && tryLink(own, path))) throw inUse(dataDir, path);
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (read(path) === owner) rmSync(path, { force: true });
  };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a lock away whose owner is gone; when somebody else did so and locked in between, theirs is put back. */
function removeStale(path: string, own: string): boolean {
  const found = read(path);
  if (found === undefined) return true;
  if (lives(found)) return false;
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return true;
  }
  const taken = read(aside);
  if (taken !== found) tryLink(aside, path);
  rmSync(aside, { force: true });
  return taken === found;
}

function lives(owner: string): boolean {
  const [pid, started] = owner.split(' ', 2);
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(Number(pid)) === started;
}

/** When a process started, in ticks since which boot; empty where the system does not say (then the pid alone counts). */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The second field may hold spaces and brackets; the start is the twentieth after it (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return `${boot}/${fields?.[19] ?? ''}`;
  } catch {
    return '';
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function inUse(dataDir: string, path: string): AppError {
  const pid = read(path)?.split(' ')[0] ?? 'unknown';
  return new AppError(
    'data_dir_in_use',
    503,
    `${dataDir} is in use by process ${pid}; the embedded database serves one process.`,
  );
}
