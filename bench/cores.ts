import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on. */
const TICKS = 100;
const SERVER_CORE = '0';
const LOAD_CORE = '1';

const canPin = availableParallelism() >= 2 && spawnSync('taskset', ['--version']).status === 0;

/**
 * Keeps this process, and what it starts from now on, off the servers' core.
 *
 * @returns whether processes can be pinned here at all
 */
export function leaveServerCore(): boolean {
  return canPin && spawnSync('taskset', ['-cp', LOAD_CORE, String(process.pid)]).status === 0;
}

/** The command that runs a Node program on the one core that all servers share. */
export function onServerCore(...args: string[]): [command: string, args: string[]] {
  return canPin ? ['taskset', ['-c', SERVER_CORE, process.execPath, ...args]] : [process.execPath, args];
}

/** CPU time that a process and all its descendants have used, in milliseconds; undefined where there is no /proc. */
export function cpuTime(pid: number): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  const processes = readdirSync('/proc').flatMap((name) => readStat(name) ?? []);
  const family = new Set([pid]);
  // A child has a higher place in the list than its parent only mostly: repeat until nobody is added.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { id, parent } of processes) if (family.has(parent)) family.add(id);
  }
  return processes.reduce((sum, { id, ticks }) => sum + (family.has(id) ? (ticks * 1000) / TICKS : 0), 0);
}

function readStat(name: string): { id: number; parent: number; ticks: number } | undefined {
  if (!/^\d+$/.test(name)) return undefined;
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    // Fields after the command, which may hold spaces (proc(5)): 4 is the parent, 14 and 15 are user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { id: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}
