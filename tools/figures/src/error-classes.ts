import ts from 'typescript';
import { walk, type Source } from './sources';

/** Bases from elsewhere that are errors by their names. */
const ERROR_BASE = /(Error|Exception)$/;

/** Names of all classes that extend an error, directly or through other classes of the codebase. */
export function errorClassesOf(sources: readonly Source[]): string[] {
  const classes = sources.flatMap(({ tree }) => classesOf(tree));
  const errors = new Set<string>();
  let before = -1;
  while (before < errors.size) {
    before = errors.size;
    for (const { name, base } of classes) if (ERROR_BASE.test(base) || errors.has(base)) errors.add(name);
  }
  return classes.map(({ name }) => name).filter((name) => errors.has(name));
}

function classesOf(tree: ts.SourceFile): { name: string; base: string }[] {
  const found: { name: string; base: string }[] = [];
  walk(tree, (node) => {
    if (!ts.isClassLike(node) || !node.name) return;
    const parent = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
    const base = parent?.types[0]?.expression.getText(tree);
    if (base !== undefined) found.push({ name: node.name.text, base });
  });
  return found;
}
