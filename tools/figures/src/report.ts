import type { Figures } from './figures';

const COLUMNS = [
  'codebase',
  'longest file',
  'function p90 / longest',
  '`any` per 1000 lines',
  'arrows between folders that run back',
  'error classes named ...Error',
];

/** A Markdown table with a row per codebase, and below it where the longest file, function and the arrows are. */
export function report(codebases: readonly Figures[]): string {
  const table = [COLUMNS, ['---', ...COLUMNS.slice(1).map(() => '--:')], ...codebases.map(row)];
  return [...table.map((cells) => `| ${cells.join(' | ')} |`), '', ...codebases.flatMap(places), ''].join(
    '\n',
  );
}

function row(figures: Figures): string[] {
  const { arrows, errorClasses } = figures;
  return [
    figures.name,
    String(figures.longestFile.lines),
    `${figures.functionP90} / ${figures.longestFunction.lines}`,
    figures.anyPer1000.toFixed(1),
    `${arrows.back.length} of ${arrows.all.length}`,
    `${errorClasses.named} of ${errorClasses.all}`,
  ];
}

function places({ name, longestFile, longestFunction, arrows }: Figures): string[] {
  return [
    `${name}:`,
    `- longest file: ${longestFile.path}`,
    `- longest function: ${longestFunction.name} (${longestFunction.place})`,
    ...arrows.back.map(({ from, to }) => `- runs back: ${from} -> ${to}`),
  ];
}
