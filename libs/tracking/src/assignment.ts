/** A column for each row, NONE for rows without one. */
export type Assignment = Int32Array;

/** The row has no column: there are more rows than columns. */
export const NONE = -1;

/**
 * The assignment of rows to columns with the least total cost: min(rows, columns) pairs. Shortest augmenting paths, after
 * Jonker and Volgenant 1987 (https://doi.org/10.1007/BF02278710) in the form for rectangles of Crouse 2016
 * (https://doi.org/10.1109/TAES.2016.140952). O(rows^2 * columns) for rows <= columns.
 *
 * @param cost rows * columns finite numbers, row by row
 */
export function assign(cost: ArrayLike<number>, rows: number, columns: number): Assignment {
  if (rows <= columns) return assignRows(cost, rows, columns);
  const transposed = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) transposed[j * rows + i] = cost[i * columns + j] as number;
  }
  const columnOfRow = new Int32Array(rows).fill(NONE);
  for (const [column, row] of assignRows(transposed, columns, rows).entries()) columnOfRow[row] = column;
  return columnOfRow;
}

/** Needs rows <= columns. The dual variables keep all reduced costs at 0 or more. */
function assignRows(cost: ArrayLike<number>, rows: number, columns: number): Assignment {
  const rowDual = new Float64Array(rows);
  const columnDual = new Float64Array(columns);
  const columnOfRow = new Int32Array(rows).fill(NONE);
  const rowOfColumn = new Int32Array(columns).fill(NONE);
  const distance = new Float64Array(columns);
  const before = new Int32Array(columns); // the row from which the shortest path reaches a column
  const scanned = new Uint8Array(columns);
  for (let start = 0; start < rows; start++) {
    distance.fill(Infinity);
    scanned.fill(0);
    let row = start;
    let least = 0;
    let sink = NONE;
    while (sink === NONE) {
      let next = NONE;
      let nearest = Infinity;
      for (let j = 0; j < columns; j++) {
        if (scanned[j]) continue;
        const reduced =
          least + (cost[row * columns + j] as number) - (rowDual[row] as number) - (columnDual[j] as number);
        if (reduced < (distance[j] as number)) {
          distance[j] = reduced;
          before[j] = row;
        }
        if ((distance[j] as number) < nearest) {
          nearest = distance[j] as number;
          next = j;
        }
      }
      if (next === NONE) throw new RangeError('The costs of an assignment must be finite.');
      least = nearest;
      scanned[next] = 1;
      if (rowOfColumn[next] === NONE) sink = next;
      else row = rowOfColumn[next] as number;
    }
    for (let j = 0; j < columns; j++) {
      if (!scanned[j]) continue;
      const slack = least - (distance[j] as number);
      columnDual[j] = (columnDual[j] as number) - slack;
      const owner = rowOfColumn[j] as number;
      if (owner !== NONE) rowDual[owner] = (rowDual[owner] as number) + slack;
    }
    rowDual[start] = (rowDual[start] as number) + least;
    augment(sink, start, { before, rowOfColumn, columnOfRow });
  }
  return columnOfRow;
}

/** Turns the pairs along the path from `start` to `sink` over. */
function augment(
  sink: number,
  start: number,
  { before, rowOfColumn, columnOfRow }: Record<'before' | 'rowOfColumn' | 'columnOfRow', Int32Array>,
): void {
  for (let column = sink; ;) {
    const row = before[column] as number;
    const previous = columnOfRow[row] as number;
    rowOfColumn[column] = row;
    columnOfRow[row] = column;
    if (row === start) return;
    column = previous;
  }
}
