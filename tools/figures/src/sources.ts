import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** One parsed file; `path` is relative to the root of its codebase. */
export interface Source {
  readonly path: string;
  readonly lines: number;
  readonly tree: ts.SourceFile;
}

const EXTENSIONS = /\.[cm]?[jt]sx?$/;

/** Declarations without code, specs, minified code and the settings of tools. */
const SKIPPED_FILES = /\.d\.[cm]?ts$|[.-](spec|test|e2e-spec|bench)\.[^.]+$|\.min\.js$|\.config\.[^.]+$/;

/** Installed or built code, and tests. */
const SKIPPED_FOLDERS = new Set([
  ...['node_modules', 'dist', 'build', 'coverage', 'vendor', 'generated'],
  ...['test', 'tests', '__tests__', 'e2e', 'fixtures', '__fixtures__', '__mocks__'],
]);

/** How a generator marks its output, in the first lines of a file. */
const GENERATED = /@generated|generated (by|from|file)|do not edit/i;
const HEAD_CHARACTERS = 500;

/** The product code of a codebase: TypeScript and JavaScript without tests and without generated code. */
export function readSources(root: string): Source[] {
  return filesIn(root)
    .map((file) => ({ path: relative(root, file), text: readFileSync(file, 'utf8') }))
    .filter(({ text }) => !GENERATED.test(text.slice(0, HEAD_CHARACTERS)))
    .map(({ path, text }) => ({ path, lines: linesOf(text), tree: parse(path, text) }));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesIn(path);
      const wanted = entry.isFile() && EXTENSIONS.test(entry.name) && !SKIPPED_FILES.test(entry.name);
      return wanted ? [path] : [];
    })
    .sort();
}

function linesOf(text: string): number {
  const lines = text.split('\n').length;
  return text.endsWith('\n') ? lines - 1 : lines;
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Calls `visit` with a node and every node below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => {
    walk(child, visit);
  });
}
