import { assign, NONE } from './assignment';

/** A pair that may be matched. */
export interface Candidate {
  readonly row: number;
  readonly column: number;
  /** Above 0. */
  readonly gain: number;
}

/**
 * Matches rows and columns: the disjoint candidates with the greatest total gain. Few boxes overlap several others, so that
 * the candidates fall into small groups without common rows and columns, and each is solved on its own.
 *
 * @returns by row
 */
export function matchCandidates(candidates: readonly Candidate[]): Candidate[] {
  return groupsOf(candidates)
    .flatMap((group) => (group.length === 1 ? group : matchGroup(group)))
    .sort((a, b) => a.row - b.row);
}

/** Groups that are connected by common rows and columns. */
function groupsOf(candidates: readonly Candidate[]): Candidate[][] {
  const rowGroup = new Map<number, Candidate[]>();
  const columnGroup = new Map<number, Candidate[]>();
  const groups = new Set<Candidate[]>();
  for (const candidate of candidates) {
    const a = rowGroup.get(candidate.row);
    const b = columnGroup.get(candidate.column);
    let group = a ?? b ?? [];
    if (a && b && a !== b) {
      group = a.length >= b.length ? a : b;
      const other = group === a ? b : a;
      groups.delete(other);
      for (const moved of other) {
        group.push(moved);
        rowGroup.set(moved.row, group);
        columnGroup.set(moved.column, group);
      }
    }
    group.push(candidate);
    rowGroup.set(candidate.row, group);
    columnGroup.set(candidate.column, group);
    groups.add(group);
  }
  return [...groups];
}

function matchGroup(group: readonly Candidate[]): Candidate[] {
  const rows = [...new Set(group.map(({ row }) => row))];
  const columns = [...new Set(group.map(({ column }) => column))];
  const rowIndex = new Map(rows.map((row, i) => [row, i]));
  const columnIndex = new Map(columns.map((column, j) => [column, j]));
  const cost = new Float64Array(rows.length * columns.length); // 0 for pairs that are not candidates
  const byPair = new Map<number, Candidate>();
  for (const candidate of group) {
    const pair =
      (rowIndex.get(candidate.row) ?? 0) * columns.length + (columnIndex.get(candidate.column) ?? 0);
    cost[pair] = -candidate.gain;
    byPair.set(pair, candidate);
  }
  const matched: Candidate[] = [];
  for (const [i, j] of assign(cost, rows.length, columns.length).entries()) {
    const candidate = j === NONE ? undefined : byPair.get(i * columns.length + j);
    if (candidate) matched.push(candidate);
  }
  return matched;
}
