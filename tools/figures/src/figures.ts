import { basename, resolve } from 'node:path';
import ts from 'typescript';
import { errorClassesOf } from './error-classes';
import { arrowsOf, type Arrows } from './folders';
import { functionsOf, type FunctionLength } from './functions';
import { readSources, walk, type Source } from './sources';

/** The shape of one codebase. */
export interface Figures {
  readonly name: string;
  readonly longestFile: Pick<Source, 'path' | 'lines'>;
  /** 90 % of all functions have at most this many lines. */
  readonly functionP90: number;
  readonly longestFunction: FunctionLength;
  /** Uses of the type `any` per 1000 lines. */
  readonly anyPer1000: number;
  readonly arrows: Arrows;
  readonly errorClasses: { readonly all: number; readonly named: number };
}

/** Measures the product code below a folder. @throws Error if there is none */
export function measure(folder: string): Figures {
  const root = resolve(folder);
  const sources = readSources(root);
  const functions = sources.flatMap(functionsOf).sort((a, b) => a.lines - b.lines);
  const longestFile = sources.toSorted((a, b) => a.lines - b.lines).at(-1);
  const longestFunction = functions.at(-1);
  if (!longestFile || !longestFunction) throw new Error(`No TypeScript or JavaScript functions in ${root}`);
  const errors = errorClassesOf(sources);
  return {
    name: basename(root),
    longestFile,
    functionP90: functions[Math.ceil(functions.length * 0.9) - 1]?.lines ?? 0,
    longestFunction,
    anyPer1000: (1000 * sum(sources.map(anysIn))) / sum(sources.map(({ lines }) => lines)),
    arrows: arrowsOf(root, sources),
    errorClasses: { all: errors.length, named: errors.filter((name) => name.endsWith('Error')).length },
  };
}

function anysIn({ tree }: Source): number {
  let count = 0;
  walk(tree, ({ kind }) => {
    if (kind === ts.SyntaxKind.AnyKeyword) count++;
  });
  return count;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
