import { pipeline } from 'node:stream';
import { stringify } from 'csv-stringify';

/**
 * CSV with a header (RFC 4180, but lines end in LF), in pieces.
 * @param options.names the rows have names that users chose: text that spreadsheets would run as a formula gets a `'`
 * @throws the error of the rows
 */
export async function* csvTable(
  columns: readonly string[],
  rows: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>,
  { names = false } = {},
): AsyncGenerator<string, void, undefined> {
  const table = stringify({ header: true, columns: [...columns], encoding: 'utf8', escape_formulas: names });
  // Ending one ends the other; errors of the rows are thrown by the loop below.
  pipeline(rows, table, () => undefined);
  for await (const text of table) yield text as string;
}
