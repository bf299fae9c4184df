import { stat, writeFile } from 'node:fs/promises';
import { annotatePixels } from '#annotation';
import { chooseLabels, loadManifest, type Detection, type Manifest } from '#detection';
import { UnusableImageError } from './unusable-image-error';
import { fetchModel, withEngine, type ModelFolders } from './model-folders';
import { UsageError } from './usage-error';

export interface DetectCommand {
  readonly model: string;
  readonly images: readonly string[];
  /** Score that detections must exceed, 0..1. */
  readonly score?: string | undefined;
  /** Overlap above which the weaker of two boxes of a class is dropped, 0..1. */
  readonly iou?: string | undefined;
  /** Maximum number of detections per image, at least 1. */
  readonly max?: string | undefined;
  /** Names of classes, comma-separated. */
  readonly classes?: string | undefined;
  /** Where to write the annotated image. */
  readonly annotate?: string | undefined;
}

/** Prints the detections of images as JSON: an object for one image, an array for several. */
export async function detect(command: DetectCommand, folders: ModelFolders): Promise<void> {
  const { model, images, annotate } = command;
  if (annotate !== undefined && images.length > 1) throw new UsageError('--annotate accepts only one image.');
  const thresholds = readThresholds(command);
  const manifest = await loadManifest(model, folders.modelsDir);
  const classes = command.classes === undefined ? undefined : readClasses(command.classes, manifest);
  for (const image of images) await assertIsFile(image);
  await fetchModel(model, folders);
  const options = { ...thresholds, ...(classes && { classes }) };
  const found = await withEngine(folders, async (engine) => {
    const all = [];
    for (const image of images) {
      const keepPixels = annotate !== undefined;
      const { width, height, detections, pixels } = await engine.detect(model, image, {
        ...options,
        keepPixels,
      });
      all.push({ image, width, height, detections: detections.map(inOrder) });
      // Boxes refer to the upright image, so draw on the decoded pixels, not on the file's.
      if (keepPixels && pixels) {
        await writeFile(annotate, await annotatePixels(pixels, width, height, detections));
      }
    }
    return all;
  });
  console.log(JSON.stringify(found.length === 1 ? found[0] : found, undefined, 2));
}

function inOrder({ label, classIndex, score, box }: Detection): Detection {
  return { label, classIndex, score, box };
}

/** Fails early, before a model is downloaded and started. */
async function assertIsFile(image: string): Promise<void> {
  const stats = await stat(image).catch(() => undefined);
  if (!stats) throw new UnusableImageError(`Image not found: ${image}`);
  if (stats.isDirectory())
    throw new UnusableImageError(`${image} is a folder, not an image: name files, such as ${image}/*.jpg.`);
}

const fraction = { accepts: (value: number) => value >= 0 && value <= 1, expected: 'a number from 0 to 1' };
const THRESHOLDS = {
  score: fraction,
  iou: fraction,
  max: {
    accepts: (value: number) => Number.isInteger(value) && value >= 1,
    expected: 'a whole number from 1',
  },
};

/** The thresholds given on the command line. */
function readThresholds(command: DetectCommand): { score?: number; iou?: number; max?: number } {
  const given = (['score', 'iou', 'max'] as const).flatMap((name) => {
    const text = command[name];
    if (text === undefined) return [];
    const value = text.trim() === '' ? NaN : Number(text);
    const { accepts, expected } = THRESHOLDS[name];
    if (!accepts(value)) throw new UsageError(`--${name} must be ${expected}, not '${text}'.`);
    return [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/** Class indices for class names. */
function readClasses(text: string, manifest: Manifest): number[] {
  const { labels, problem } = chooseLabels(
    text.split(',').map((name) => name.trim()),
    manifest,
  );
  if (problem !== undefined) throw new UsageError(`--classes: ${problem}.`);
  return manifest.labels.flatMap(({ name }, index) => (labels.includes(name) ? [index] : []));
}
