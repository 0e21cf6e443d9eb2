import type { Measurement } from './measure.ts';

export interface Row {
  operation: string;
  /** In the order of the targets; the first is what the others are compared with. */
  results: readonly Measurement[];
}

const number = (value: number, digits: number): string =>
  Number.isFinite(value)
    ? value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits })
    : '–';

const speed = (value: number): string => number(value, value < 100 ? 1 : 0);
const time = (value: number): string => number(value, value < 10 ? 1 : 0);
const ratio = (a: number | undefined, b: number | undefined): string =>
  a === undefined || b === undefined ? '–' : number(a / b, 2);

function cell({ perSecond, p50, p99, cpu, errors }: Measurement): string {
  const failed = errors === 0 ? '' : ` (${errors} errors)`;
  return `${speed(perSecond)} · ${time(p50)}/${time(p99)} · ${cpu === undefined ? '–' : number(cpu, 2)}${failed}`;
}

/** A Markdown table: per target ops/s, p50/p99 in ms and CPU ms per operation; then the ratios to the first target. */
export function table(targets: readonly string[], rows: readonly Row[]): string {
  const [first = '', ...others] = targets;
  const head = [
    'operation',
    ...targets.map((name) => `${name}: ops/s · p50/p99 ms · CPU ms`),
    ...others.flatMap((name) => [`${name} ÷ ${first}, ops/s`, `${name} ÷ ${first}, CPU`]),
  ];
  const body = rows.map(({ operation, results: [base, ...rest] }) => [
    operation,
    ...[base, ...rest].map((result) => (result === undefined ? '–' : cell(result))),
    ...rest.flatMap((result) => [ratio(result.perSecond, base?.perSecond), ratio(result.cpu, base?.cpu)]),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|---|${'--:|'.repeat(head.length - 1)}`, ...body.map(line)].join('\n');
}
