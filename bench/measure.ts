/** What one target did in one measured stretch. */
export interface Measurement {
  /** Operations done. */
  count: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  errors: number;
  /** The first error's words. */
  error?: string;
  /** Milliseconds of the server's CPU time per operation, where the system tells it. */
  cpu?: number;
}

/** @param sorted ascending @param part between 0 and 1 */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** The middle value; between the two middle ones when there is an even number of them. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** The median of each number over several rounds; errors are added up. */
export function combine(rounds: readonly Measurement[]): Measurement {
  const of = (key: 'count' | 'perSecond' | 'p50' | 'p99'): number => median(rounds.map((round) => round[key]));
  const cpus = rounds.flatMap(({ cpu }) => cpu ?? []);
  const error = rounds.find((round) => round.error !== undefined)?.error;
  return {
    count: of('count'),
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    errors: rounds.reduce((sum, round) => sum + round.errors, 0),
    ...(error !== undefined && { error }),
    ...(cpus.length > 0 && { cpu: median(cpus) }),
  };
}
