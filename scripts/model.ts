/** Models from the command line: list them, download them, check a new one, try one on an image. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '#config';
import { quoteWithNearest } from '#detection';
import { add } from './model/add';
import { check } from './model/check';
import { detect } from './model/detect';
import { list } from './model/list';
import { type ModelFolders } from './model/model-folders';
import { pull } from './model/pull';
import { quantiseModel } from './model/quantise/quantise';
import { UsageError } from './model/usage-error';

const COMMANDS = ['list', 'pull', 'check', 'add', 'detect', 'quantise'];

const usage = `Usage: npm run model -- <command> [options]

  list                   list the models
  pull NAME              download a model into the cache and print its path
  check FILE             check a manifest (.json, or its name) against its model,
                         or name the family of a model (.onnx) and print a manifest
  add URL|FILE           install a model (.onnx): fetch, check, and write its manifest
  quantise NAME DIR      make an int8 variant from a folder of images like those to come; with
                         labels in YOLO format (DIR/images, DIR/labels) it prints average precision
  detect NAME IMAGE...   detect objects in JPEG, PNG or WebP images and print them as JSON

NAME may also be the path of a manifest. To save the manifest that check prints:
npm run -s model -- check FILE.onnx > models/NAME.json

  --models DIR           folder of the manifests, default MODELS_DIR or models/
  --cache DIR            folder of downloaded models, default MODEL_CACHE or .cache/models
  --name NAME            add: name of the model, default by the file
  --licence LICENCE      add: licence of the weights, such as Apache-2.0
  --force                quantise: install the variant even if it loses too much
  --score NUMBER         detect: score that detections must exceed, 0..1, default from the manifest
  --iou NUMBER           detect: overlap above which the weaker of two boxes of a class is dropped, 0..1, default
                         from the manifest
  --max NUMBER           detect: maximum number of detections per image, default from the manifest
  --classes NAME,...     detect: only these classes
  --annotate FILE        detect: write the image with its boxes, as a JPEG
  --help                 print this text`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      models: { type: 'string' },
      cache: { type: 'string' },
      name: { type: 'string' },
      licence: { type: 'string' },
      score: { type: 'string' },
      iou: { type: 'string' },
      max: { type: 'string' },
      classes: { type: 'string' },
      annotate: { type: 'string' },
      force: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const { models, cache, help, name, licence, force = false, ...ofDetect } = values;
  if (help) {
    console.log(usage);
    return;
  }
  const folders = foldersFor(models, cache);
  const [command, target, ...images] = positionals;
  if (command !== undefined && !COMMANDS.includes(command)) {
    throw new UsageError(
      `Unknown command ${quoteWithNearest(command, COMMANDS)}. Commands: ${COMMANDS.join(', ')}; see --help.`,
    );
  }
  const [misplaced] = Object.keys(ofDetect);
  if (command !== 'detect' && misplaced !== undefined)
    throw new UsageError(`--${misplaced} is an option of detect only.`);
  if (command !== 'add' && (name ?? licence) !== undefined) {
    throw new UsageError('--name and --licence are options of add only.');
  }
  if (command !== 'quantise' && force) throw new UsageError('--force is an option of quantise only.');
  const [folder] = images;
  if (command === 'list' && target === undefined) await list(folders);
  else if (target !== undefined && command === 'detect' && images.length > 0) {
    await detect({ model: target, images, ...ofDetect }, folders);
  } else if (target !== undefined && command === 'quantise' && folder !== undefined && images.length === 1) {
    await quantiseModel({ model: target, folder, force }, folders);
  } else if (target === undefined || images.length > 0) throw new UsageError(usage);
  else if (command === 'pull') await pull(target, folders);
  else if (command === 'check') await check(target, folders);
  else if (command === 'add') await add({ from: target, name, licence }, folders);
  else throw new UsageError(usage);
}

/** The folders of the command line, otherwise of the settings. */
function foldersFor(models: string | undefined, cache: string | undefined): ModelFolders {
  const { MODELS_DIR, MODEL_CACHE } = readSettings(['MODELS_DIR', 'MODEL_CACHE']);
  return { modelsDir: resolve(models ?? MODELS_DIR), cacheDir: resolve(cache ?? MODEL_CACHE) };
}

/** Known errors explain themselves to the user; any other is a bug and shows its stack. */
function reportError(error: unknown): void {
  if (error instanceof AggregateError) {
    error.errors.forEach(reportError);
    return;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const misused = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
  console.error(error instanceof Error && (misused || code) ? error.message : error);
  process.exitCode = misused ? 2 : 1;
}

main().catch(reportError);
