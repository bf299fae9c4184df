import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { get } from '../../libs/detection/src/store/http';
import { isModelName, listModels, loadManifest, modelFile } from '#detection';
import { draftFor } from './check';
import type { Draft } from './guess';
import { ModelCheckError } from './model-check-error';
import type { ModelFolders } from './model-folders';
import { UsageError } from './usage-error';

/** A download ends after this time without data. */
const STALL_MS = 30_000;

export interface AddCommand {
  /** A URL, or a file. */
  readonly from: string;
  /** Name of the model; default: by the file. */
  readonly name?: string | undefined;
  /** Licence of the weights; default: by the metadata of the graph. */
  readonly licence?: string | undefined;
}

/**
 * Installs a model in one step: downloads or copies the .onnx file, finds the manifest that fits, and writes it.
 * @throws UsageError for an invalid or used name, ModelCheckError if no manifest fits or the download fails
 */
export async function add({ from, name: wanted, licence }: AddCommand, folders: ModelFolders): Promise<void> {
  const isUrl = /^https?:\/\//.test(from);
  const name = wanted ?? nameFor(from, isUrl);
  await assertFree(name, folders);
  await mkdir(folders.modelsDir, { recursive: true });
  await mkdir(folders.cacheDir, { recursive: true });
  const part = join(isUrl ? folders.cacheDir : folders.modelsDir, `.add-${name}-${process.pid}.onnx`);
  try {
    if (isUrl) await download(from, part);
    else await copyFile(resolve(from), part);
    const { draft } = await draftFor(part, folders, console.error);
    const manifest = await install(name, part, draft, { url: isUrl ? from : undefined, licence, folders });
    console.error(`family  ${draft.family}`);
    console.error('Verify what the graph does not contain:');
    for (const remark of draft.remarks) console.error(`- ${remark}`);
    console.log(manifest);
  } finally {
    await rm(part, { force: true });
  }
}

function nameFor(from: string, isUrl: boolean): string {
  const file = isUrl ? basename(new URL(from).pathname) : basename(from);
  return file
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');
}

async function assertFree(name: string, { modelsDir }: ModelFolders): Promise<void> {
  if (!isModelName(name)) {
    throw new UsageError(
      `'${name}' is not a valid model name: give one with --name, of lower-case letters, digits, dots, dashes and underscores.`,
    );
  }
  if ((await listModels(modelsDir)).includes(name)) {
    throw new UsageError(`A model '${name}' exists already: give another name with --name.`);
  }
}

async function download(url: string, file: string): Promise<void> {
  console.error(`Downloading ${url}`);
  try {
    const whole = { from: 0, validator: undefined, stallMs: STALL_MS, signal: undefined };
    await get(url, whole, (_, body) => pipeline(body, createWriteStream(file)));
  } catch (error) {
    throw new ModelCheckError(`${url} cannot be downloaded: ${(error as Error).message}.`);
  }
}

/** Moves the file to its place and writes the manifest. @returns path of the manifest */
async function install(
  name: string,
  part: string,
  draft: Draft,
  about: { url: string | undefined; licence: string | undefined; folders: ModelFolders },
): Promise<string> {
  const { url, licence, folders } = about;
  const { size } = await stat(part);
  const source =
    url === undefined ? { type: 'file', path: `${name}.onnx` } : { type: 'url', url, bytes: size };
  const manifest = { ...draft.manifest, title: name, source, ...(licence !== undefined && { licence }) };
  const file = join(folders.modelsDir, `${name}.json`);
  const local = join(folders.modelsDir, `${name}.onnx`);
  if (url === undefined && (await stat(local).catch(() => undefined))) {
    throw new UsageError(`The file ${local} exists already: give another name with --name.`);
  }
  await writeFile(file, `${JSON.stringify(manifest, undefined, 2)}\n`, { flag: 'wx' });
  try {
    await rename(part, modelFile(await loadManifest(name, folders.modelsDir), folders.cacheDir));
  } catch (error) {
    await rm(file); // a manifest without its model would be offered to users
    throw error;
  }
  return file;
}
