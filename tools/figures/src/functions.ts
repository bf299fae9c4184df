import ts from 'typescript';
import { walk, type Source } from './sources';

/** A function and its length in lines, from the first of its declaration to its closing brace. */
export interface FunctionLength {
  readonly name: string;
  readonly place: string;
  readonly lines: number;
}

/**
 * Every function, method, constructor and accessor with a block as body. Arrow functions with an expression are left
 * out: they are expressions, and as one-liners they would hide the long functions in every percentile.
 */
export function functionsOf({ path, tree }: Source): FunctionLength[] {
  const found: FunctionLength[] = [];
  walk(tree, (node) => {
    if (!ts.isFunctionLike(node) || !hasBlock(node)) return;
    const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
    const last = tree.getLineAndCharacterOfPosition(node.getEnd()).line;
    found.push({ name: nameOf(node), place: `${path}:${first + 1}`, lines: last - first + 1 });
  });
  return found;
}

function hasBlock(node: ts.SignatureDeclaration): boolean {
  const { body } = node as { body?: ts.Node };
  return body !== undefined && ts.isBlock(body);
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (node.name) return node.name.getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : '(anonymous)';
}
