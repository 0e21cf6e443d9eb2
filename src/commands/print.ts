import { stringify } from 'yaml';

export const json = { json: { type: 'boolean', default: false } } as const;

export function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** One thing: as JSON, or to be read. */
export function printWhole(asJson: boolean, value: unknown): void {
  process.stdout.write(asJson ? `${JSON.stringify(value, null, 2)}\n` : stringify(value));
}

/** Many things: as JSON, or a line for each. */
export function printTable<Row>(asJson: boolean, rows: readonly Row[], cells: (row: Row) => string[]): void {
  if (asJson) return void printWhole(true, rows);
  const lines = rows.map(cells);
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = (line: readonly string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  print(lines.map((line) => padded(line).trimEnd()));
}

/** For those who type the command, not for those who read its output. */
export function note(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

export const listed = (problems: readonly string[]) => problems.map((problem) => `- ${problem}`).join('\n');

/** @param at seconds since the epoch; shown in UTC */
export const moment = (at: number) => new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ');
export const day = (at: number) => new Date(at * 1000).toISOString().slice(0, 10);
