import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import type { Source } from './sources';

/** Some file of one folder imports some file of the other. */
interface Arrow {
  readonly from: string;
  readonly to: string;
}

export interface Arrows {
  readonly all: readonly Arrow[];
  /** Those whose target imports, directly or through other folders, the folder that they start from. */
  readonly back: readonly Arrow[];
}

/** Levels of folders to distinguish: `libs/media`, `cmap/auth`. */
const DEPTH = 2;

/**
 * The folder that a file counts for: at most two levels, without the levels called `src`. Deeper files count for the
 * folder on the second level. A file outside of any folder counts for itself: entry points and common helpers would
 * otherwise make one folder that imports everything and that everything imports.
 */
export function folderOf(path: string): string {
  const folders = dirname(path)
    .split(sep)
    .filter((name) => name !== 'src' && name !== '.');
  return folders.slice(0, DEPTH).join('/') || basename(path);
}

/** Imports between the folders of a codebase, each pair and direction once. Packages outside of it are left out. */
export function arrowsOf(root: string, sources: readonly Source[]): Arrows {
  const resolve = resolver(root);
  const targets = new Map<string, Set<string>>();
  for (const source of sources) {
    const from = folderOf(source.path);
    for (const name of importsOf(source.tree)) {
      const path = resolve(name, source.path);
      if (path === undefined || folderOf(path) === from) continue;
      targets.set(from, (targets.get(from) ?? new Set()).add(folderOf(path)));
    }
  }
  const all = [...targets].flatMap(([from, to]) => [...to].map((folder) => ({ from, to: folder })));
  return { all, back: all.filter(({ from, to }) => reachable(to, targets).has(from)) };
}

/** Names in `import`, `export ... from`, `import()` and `require()`. */
function importsOf(tree: ts.SourceFile): string[] {
  return ts.preProcessFile(tree.text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Finds the file that a name stands for, as a path relative to the root; undefined if it lies outside. */
function resolver(folder: string): (name: string, importer: string) => string | undefined {
  const root = realpathSync(folder);
  const options = compilerOptions(root);
  const cache = ts.createModuleResolutionCache(root, (name) => name, options);
  return (name, importer) => {
    const importing = join(root, importer);
    const { resolvedModule } = ts.resolveModuleName(name, importing, options, ts.sys, cache);
    if (!resolvedModule) return undefined;
    const path = relative(root, resolvedModule.resolvedFileName);
    return path.startsWith('..') || path.includes('node_modules') ? undefined : path;
  };
}

/** Those of the tsconfig.json in the root, if there is one: it may define paths. */
function compilerOptions(root: string): ts.CompilerOptions {
  const defaults = { moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext };
  const file = join(root, 'tsconfig.json');
  if (!existsSync(file)) return { ...defaults, allowJs: true };
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
  return { ...defaults, ...options, allowJs: true };
}

function reachable(start: string, targets: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const found = new Set<string>();
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const next of targets.get(folder) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      pending.push(next);
    }
  }
  return found;
}
