import type { Spread } from './statistics';

/** A Markdown table that is also readable as text; the first column is text, the others are figures. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, i) => Math.max(3, ...[header, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [header, rule, ...rows].map(line).join('\n');
}

/** A median, with the minimum and maximum in brackets. */
export function figure({ median, min, max }: Spread, digits: number): string {
  const [middle, least, greatest] = [median, min, max].map((value) => value.toFixed(digits));
  return least === greatest ? `${middle}` : `${middle} (${least}-${greatest})`;
}
