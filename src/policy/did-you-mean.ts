/** The known word that was probably meant, or undefined when none is near: at most a third of its letters differ. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const near = known
    .map((candidate) => ({ candidate, steps: distance(word.toLowerCase(), candidate) }))
    .filter(({ candidate, steps }) => steps <= candidate.length / 3);
  return near.sort((a, b) => a.steps - b.steps)[0]?.candidate;
}

const LONGEST = 100;

/** Letters to insert, leave out, replace or swap with their neighbour to make one word of the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column - 1) + (same ? 0 : 1),
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
