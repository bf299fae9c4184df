import { posix } from 'node:path';

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** package-lock.json; its keys are folders, such as `node_modules/a/node_modules/b`. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/**
 * The packages that a workspace needs to run.
 * @returns the folders of required packages, and of allowed ones (including optional packages)
 */
export function packagesOf(
  lock: LockFile,
  workspace: string,
): { required: Set<string>; allowed: Set<string> } {
  return {
    required: reach(lock, workspace, ({ dependencies, peerDependencies, peerDependenciesMeta }) => [
      ...Object.keys(dependencies ?? {}),
      ...Object.keys(peerDependencies ?? {}).filter(
        (name) => peerDependenciesMeta?.[name]?.optional !== true,
      ),
    ]),
    allowed: reach(lock, workspace, ({ dependencies, optionalDependencies, peerDependencies }) =>
      Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
    ),
  };
}

function reach(lock: LockFile, start: string, follow: (entry: LockedPackage) => string[]): Set<string> {
  const reached = new Set<string>();
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of follow(lock.packages[folder] ?? {})) {
      const found = find(lock, folder, name);
      if (found === undefined || reached.has(found)) continue;
      reached.add(found);
      pending.push(found);
    }
  }
  return reached;
}

/** The folder in which Node finds a package: `node_modules` of the importer or of a parent folder. */
function find(lock: LockFile, importer: string, name: string): string | undefined {
  for (let folder = importer; ; folder = posix.dirname(folder)) {
    const candidate = posix.join(folder, 'node_modules', name);
    if (candidate in lock.packages) return candidate;
    if (folder === '.') return undefined;
  }
}
