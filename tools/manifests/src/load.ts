import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { repositoryRoot } from '../../../test/support/test-data';
import type { Manifest } from './manifest';

export const OVERLAYS = join(repositoryRoot, 'k8s/overlays');
export const COMPONENTS = join(repositoryRoot, 'k8s/components');
const BASE = join(repositoryRoot, 'k8s/base');

interface Generator {
  readonly name: string;
  readonly behavior?: 'merge';
  readonly literals?: readonly string[];
  readonly envs?: readonly string[];
  readonly files?: readonly string[];
}

interface Kustomization {
  readonly resources?: readonly string[];
  readonly patches?: readonly { readonly path?: string }[];
  readonly configMapGenerator?: readonly Generator[];
  readonly secretGenerator?: readonly Generator[];
}

type Data = Record<string, string>;

/** The names of the folders in a folder. */
export function foldersOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** All objects of a file. @throws if it is not YAML, or has a key twice */
function readManifests(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${relative(repositoryRoot, file)}: ${error.message}`);
    return document.toJS() as Manifest;
  });
}

/**
 * The base and the resources of all components, read from the files without kustomize. Generated ConfigMaps and Secrets
 * have their plain names; patches are not applied.
 */
export function loadPlain(): Manifest[] {
  const folders = [BASE, ...foldersOf(COMPONENTS).map((name) => join(COMPONENTS, name))];
  const objects = folders.flatMap((folder) => resourcesOf(folder));
  return [...objects, ...generated(folders, 'ConfigMap'), ...generated(folders, 'Secret')];
}

/** The patches of all components, each a part of an object. */
export function loadPatches(): Manifest[] {
  return foldersOf(COMPONENTS).flatMap((name) =>
    (kustomization(join(COMPONENTS, name)).patches ?? []).flatMap(({ path }) =>
      path === undefined ? [] : readManifests(join(COMPONENTS, name, path)),
    ),
  );
}

/** What `kubectl apply -k` would send for a folder. @throws with kubectl's reason if it does not build */
export function build(folder: string): Manifest[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => readable(document.toJS() as Manifest & WithData));
}

interface WithData {
  readonly data?: Data;
  readonly stringData?: Data;
}

/** A Secret in plain text; kustomize writes base64 in several lines, which the API server accepts but schemas do not. */
function readable(object: Manifest & WithData): Manifest & WithData {
  const { data, ...others } = object;
  if (object.kind !== 'Secret' || !data) return object;
  const stringData = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
  return { ...others, stringData };
}

/** Whether kubectl is installed. */
export function hasKubectl(): boolean {
  return spawnSync('kubectl', ['version', '--client']).status === 0;
}

function kustomization(folder: string): Kustomization {
  return parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
}

function resourcesOf(folder: string): Manifest[] {
  return (kustomization(folder).resources ?? []).flatMap((resource) => {
    const path = join(folder, resource);
    return existsSync(join(path, 'kustomization.yaml')) ? resourcesOf(path) : readManifests(path);
  });
}

/** The objects of generators, without those with `behavior: merge`, which change the object of a different generator. */
function generated(folders: readonly string[], kind: 'ConfigMap' | 'Secret'): Manifest[] {
  const field = kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator';
  return folders.flatMap((folder) =>
    (kustomization(folder)[field] ?? [])
      .filter(({ behavior }) => behavior !== 'merge')
      .map((generator) => {
        const data = dataOf(generator, folder);
        const metadata = { name: generator.name, namespace: 'boxreel' };
        return { apiVersion: 'v1', kind, metadata, ...(kind === 'Secret' ? { stringData: data } : { data }) };
      }),
  );
}

function dataOf({ literals = [], envs = [], files = [] }: Generator, folder: string): Data {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const lines = envs.flatMap((file) => read(file).split('\n')).filter((line) => /^[^#\s]/.test(line));
  return Object.fromEntries([
    ...[...literals, ...lines].map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
    ...files.map((file) => [basename(file), read(file)]),
  ]) as Data;
}
