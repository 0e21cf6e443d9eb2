/**
 * `npm test [suite or file …]`: types, lint and every suite; with arguments only what they name.
 *
 * Each test file runs in processes of its own and has a time limit. What this machine lacks is named and skipped; with
 * CI=true a skip is a failure. The last line is always `N passed, N failed, N skipped`.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { missingFor } from './support/needs.ts';
import type { Outcome } from './support/run-file.ts';

interface Suite {
  name: string;
  /** Files at a time; a browser fills both cores of a small machine by itself. */
  abreast: number;
  /** Seconds for one file. */
  limit: number;
}

const SUITES: readonly Suite[] = [
  { name: 'unit', abreast: 2, limit: 60 },
  { name: 'store', abreast: 2, limit: 240 },
  { name: 'contract', abreast: 2, limit: 240 },
  { name: 'flows', abreast: 2, limit: 300 },
  { name: 'browser', abreast: 1, limit: 300 },
  { name: 'faults', abreast: 1, limit: 240 },
];
const ARCHITECTURE: Suite = { name: 'architecture', abreast: 1, limit: 60 };
const ROOT = join(import.meta.dirname, '..');
const CHECKS: Readonly<Record<string, readonly string[]>> = { types: ['tsc'], lint: ['biome', 'check', '.'] };

const running = new Set<ChildProcess>();
const counts = { passed: 0, failed: 0, skipped: 0 };
const ci = process.env.CI === 'true';

/** Ends a child with everything it started. */
function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It had ended already.
  }
}

function count({ name, result, detail }: Outcome, where: string): void {
  counts[result] += 1;
  if (result === 'failed') console.log(`✖ ${where} › ${name}\n${indent(detail ?? '')}`);
  if (result === 'skipped') console.log(`- ${where} › ${name}: skipped, ${detail ?? ''}`);
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ');
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function check(name: string, command: readonly string[]): Promise<void> {
  const started = performance.now();
  const bin = join(ROOT, 'node_modules', '.bin', command[0] ?? '');
  const child = spawn(bin, command.slice(1), { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const { output, code } = await finished(child);
  const result = code === 0 ? 'passed' : 'failed';
  count({ name: command.join(' '), result, detail: output }, name);
  console.log(`${name}: ${result} (${seconds(started)})`);
}

function finished(child: ChildProcess): Promise<{ output: string; code: number | null }> {
  let output = '';
  running.add(child);
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve({ output: output.trim(), code });
    });
  });
}

async function runFile(path: string, limit: number): Promise<void> {
  const where = relative(ROOT, path);
  let missing: string[];
  try {
    missing = missingFor(path);
  } catch (error) {
    return count({ name: 'needs', result: 'failed', detail: String(error) }, where);
  }
  if (missing.length > 0)
    return count({ name: 'whole file', result: 'skipped', detail: `no ${missing.join(', ')}` }, where);

  const outcomes: Outcome[] = [];
  const child = fork(join(ROOT, 'test/support/run-file.ts'), [path], { cwd: ROOT, silent: true, detached: true });
  child.on('message', (outcome: Outcome) => outcomes.push(outcome));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end(child);
  }, limit * 1000);
  const { output, code } = await finished(child);
  clearTimeout(timer);
  for (const outcome of outcomes) count(outcome, where);
  const failed = outcomes.some(({ result }) => result === 'failed');
  if (late) count({ name: 'time limit', result: 'failed', detail: `not done after ${limit} s; ended.` }, where);
  else if (code !== 0 && !failed) count({ name: 'process', result: 'failed', detail: `ended with ${code}.` }, where);
  else if (outcomes.length === 0) count({ name: 'tests', result: 'failed', detail: 'the file has none.' }, where);
  else if (!failed) return;
  if (output !== '') console.log(indent(`Output of ${where}:\n${output.slice(-4000)}`));
}

async function runSuite({ name, abreast, limit }: Suite, files: readonly string[]): Promise<void> {
  const before = { ...counts };
  const started = performance.now();
  const waiting = [...files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await runFile(file, limit);
  };
  await Promise.all(Array.from({ length: abreast }, worker));
  const change = (key: keyof typeof counts): string => `${counts[key] - before[key]} ${key}`;
  console.log(`${name}: ${change('passed')}, ${change('failed')}, ${change('skipped')} (${seconds(started)})`);
}

const filesOf = (suite: Suite): string[] =>
  suite === ARCHITECTURE
    ? [join(ROOT, 'test/architecture.test.ts')]
    : globSync(`test/${suite.name}/**/*.test.ts`, { cwd: ROOT })
        .map((path) => join(ROOT, path))
        .sort();

/** The suites to run with their files. @throws Error for an argument that names neither a suite nor a test file. */
function plan(args: readonly string[]): { suite: Suite; files: string[] }[] {
  const all = [ARCHITECTURE, ...SUITES].map((suite) => ({ suite, files: filesOf(suite) }));
  if (args.length === 0) return all;
  const wanted = args.filter((arg) => !(arg in CHECKS));
  const paths = new Set(wanted.map((arg) => join(process.cwd(), arg)));
  for (const arg of wanted) {
    const isFile = arg.endsWith('.test.ts') && existsSync(arg);
    if (!isFile && !all.some(({ suite }) => suite.name === arg))
      throw new Error(`'${arg}' is no suite and no test file.`);
  }
  return all.map(({ suite, files }) => ({
    suite,
    files: wanted.includes(suite.name) ? files : files.filter((file) => paths.has(file)),
  }));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of running) end(child);
    process.exit(130);
  });
}

const args = process.argv.slice(2);
const suites = plan(args);
for (const [name, command] of Object.entries(CHECKS)) {
  if (args.length === 0 || args.includes(name)) await check(name, command);
}
for (const { suite, files } of suites) if (files.length > 0) await runSuite(suite, files);
if (ci && counts.skipped > 0) console.log('In CI a skip is a failure: install what is missing or mend the test.');
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || (ci && counts.skipped > 0) || counts.passed === 0 ? 1 : 0;
