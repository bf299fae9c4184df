/**
 * The known word that is most similar to a mistyped one: one that contains it or is contained in it, else one with few
 * different letters, ignoring case.
 *
 * @returns undefined if none is similar
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const costs = known.map((candidate) => cost(wanted, candidate.toLowerCase()));
  const least = Math.min(...costs);
  return least < Infinity ? known[costs.indexOf(least)] : undefined;
}

/** `"color" (did you mean "colour"?)`, or only the shortened word if none is similar. */
export function quoteWithNearest(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `"${word.slice(0, 64)}"${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
}

function cost(word: string, known: string): number {
  const shorter = Math.min(word.length, known.length);
  const allowed = Math.max(1, Math.floor(shorter / 3));
  if (shorter >= 2 && (known.includes(word) || word.includes(known))) {
    return Math.min(allowed, Math.abs(word.length - known.length));
  }
  if (shorter < 2 || Math.abs(word.length - known.length) > allowed) return Infinity;
  const letters = distance(word, known);
  return letters <= allowed ? letters : Infinity;
}

/** Levenshtein distance: the minimum number of insertions, deletions and replacements, computed row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const letter of a) {
    let [diagonal = 0] = row;
    let left = diagonal + 1;
    row = row.map((above, column) => {
      if (column > 0) left = Math.min(left + 1, above + 1, diagonal + Number(letter !== b[column - 1]));
      diagonal = above;
      return left;
    });
  }
  return row.at(-1) ?? 0;
}
