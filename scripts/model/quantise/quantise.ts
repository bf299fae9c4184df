import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exposeActivations, QuantisationError, type Ranges } from '#packages/tfjs-to-onnx';
import type { Manifest } from '#detection';
import { Model } from '../../../libs/detection/src/engine/model';
import { type Recipe, recipeFile } from '../../../libs/detection/src/int8/recipe';
import { toInt8 } from '../../../libs/detection/src/store/int8';
import { sha256Of } from '../../../libs/detection/src/store/hash';
import { ModelCheckError } from '../model-check-error';
import { fetchModel, type ModelFolders } from '../model-folders';
import { compare, type Comparison } from './compare';
import { readImageFolder } from './images';
import { ONE_IMAGE } from './one-image';
import { RangeMeter } from './range-meter';

/** Images that ranges are measured on; more change little. */
const CALIBRATION = 32;

export interface QuantiseCommand {
  readonly model: string;
  /** Folder of images like those that the model will see. */
  readonly folder: string;
  /** Install the variant even if it loses too much. */
  readonly force: boolean;
}

/**
 * Makes the recipe of a model's int8 variant from a folder of images, and prints how well the variant agrees with fp32.
 * @throws ModelCheckError if the graph cannot be quantised, or the variant loses too much
 */
export async function quantiseModel(command: QuantiseCommand, folders: ModelFolders): Promise<void> {
  const { model, folder, force } = command;
  const images = await readImageFolder(folder);
  const { manifest, modelPath } = await fetchModel(model, folders);
  const measured = images.files.slice(0, CALIBRATION);
  const work = await mkdtemp(join(tmpdir(), 'boxreel-quantise-'));
  try {
    const bytes = await readFile(modelPath);
    const ranges = await measureRanges(manifest, bytes, measured, work);
    const int8 = toInt8(bytes, ranges);
    const file = join(work, 'int8.onnx');
    await writeFile(file, int8);
    console.log(`ranges    ${Object.keys(ranges).length} activations, on ${measured.length} images`);
    console.log(`size      ${megabytes(bytes.length)} in fp32, ${megabytes(int8.length)} in int8`);
    const result = await compare(manifest, { fp32: modelPath, int8: file }, images);
    for (const line of describe(result, images.files.length - measured.length)) console.log(line);
    if (!result.exact.accepted && !force) {
      throw new ModelCheckError(
        `The int8 variant of ${manifest.name} loses too much and was not installed. Calibrate it on other images, or use --force.`,
      );
    }
    const sha256 = createHash('sha256').update(int8).digest('hex');
    const of = (await sha256Of(modelPath)) ?? '';
    await install(manifest, { model: of, sha256, ranges, expected: result.expected });
  } finally {
    await rm(work, { recursive: true });
  }
}

/** The range of every activation over the images. @throws ModelCheckError if the graph cannot be quantised */
async function measureRanges(
  manifest: Manifest,
  bytes: Buffer,
  files: readonly string[],
  work: string,
): Promise<Recipe['ranges']> {
  const { model, activations } = expose(bytes, manifest.name);
  const file = join(work, 'exposed.onnx');
  await writeFile(file, model);
  const exposed = await Model.load(manifest, file, ONE_IMAGE);
  try {
    const meters = activations.map(() => new RangeMeter());
    const outputs = activations.map(({ output }) => output);
    for (const pass of ['see', 'count'] as const) {
      for (const image of files) {
        const values = await exposed.valuesOf(await readFile(image), outputs);
        for (const [i, meter] of meters.entries()) meter[pass](values[i] ?? new Float32Array());
      }
    }
    return Object.fromEntries(activations.map(({ name }, i) => [name, meters[i]?.range ?? [0, 0]]));
  } finally {
    await exposed.close();
  }
}

function expose(bytes: Buffer, name: string): ReturnType<typeof exposeActivations> {
  try {
    return exposeActivations(bytes);
  } catch (error) {
    if (!(error instanceof QuantisationError)) throw error;
    throw new ModelCheckError(`${name} cannot run in int8. ${error.message}`, { cause: error });
  }
}

async function install(manifest: Manifest, recipe: Recipe): Promise<void> {
  const file = recipeFile(manifest);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, format(recipe));
  console.log(`recipe    ${file}`);
}

/** JSON with a line per activation and output, so that changes are readable. */
function format({ ranges, expected, ...about }: Recipe): string {
  const lines = (values: Ranges | Recipe['expected']) =>
    Object.entries(values)
      .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  const head = Object.entries(about).map(([name, value]) => `  ${JSON.stringify(name)}: "${value}",\n`);
  return `{\n${head.join('')}  "ranges": {\n${lines(ranges)}\n  },\n  "expected": {\n${lines(expected)}\n  }\n}\n`;
}

function describe({ exact, fast, refusal, images, ms }: Comparison, unseen: number): string[] {
  const { share, scoreDifference, ap } = exact;
  const points = (value: number) => (100 * value).toFixed(1);
  const scores = ap && {
    fp32: `AP ${points(ap.fp32.ap)}, AP50 ${points(ap.fp32.ap50)}`,
    int8: `AP ${points(ap.int8.ap)}, AP50 ${points(ap.int8.ap50)}`,
  };
  const others = fast.ap ? `AP ${points(fast.ap.int8.ap)}` : `${points(fast.share)} % of the boxes`;
  return [
    `compared  ${images} images, ${Math.max(0, unseen)} of them not used for the ranges`,
    ...(scores ? [`fp32      ${scores.fp32}`, `int8      ${scores.int8}`] : []),
    `boxes     ${points(share)} % found again, scores differ by ${scoreDifference.toFixed(3)} on average`,
    refusal === undefined
      ? 'this CPU  computes int8 correctly'
      : `this CPU  ${refusal}; it would get ${others} and uses fp32`,
    `time      int8 takes ${(ms.int8 / ms.fp32).toFixed(2)} of the time of fp32 on this CPU`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
