import { writeFile } from 'node:fs/promises';
import { annotatePixels } from '#annotation';
import { type Detection, type Manifest } from '#detection';
import { fetchModel, withEngine, type Shop } from './shop';
import { UsageError } from './usage-error';

export interface DetectCommand {
  readonly model: string;
  readonly images: readonly string[];
  /** Least score, 0..1. */
  readonly score?: string | undefined;
  /** Names of classes, separated by commas. */
  readonly classes?: string | undefined;
  /** Where the picture goes with what was found drawn into it. */
  readonly annotate?: string | undefined;
}

/** Prints what a model finds in pictures, as JSON: an object for one, a list for several. */
export async function detect(command: DetectCommand, shop: Shop): Promise<void> {
  const { model, images, annotate } = command;
  if (annotate !== undefined && images.length > 1) throw new UsageError('--annotate takes one image.');
  const score = command.score === undefined ? undefined : readScore(command.score);
  const { manifest } = await fetchModel(model, shop);
  const classes = command.classes === undefined ? undefined : readClasses(command.classes, manifest);
  const options = { ...(score !== undefined && { score }), ...(classes && { classes }) };
  const found = await withEngine(shop, async (engine) => {
    const all = [];
    for (const image of images) {
      const keepPixels = annotate !== undefined;
      const { width, height, detections, pixels } = await engine.detect(model, image, {
        ...options,
        keepPixels,
      });
      all.push({ image, width, height, detections: detections.map(inOrder) });
      // boxes are of the upright picture, so they are drawn into what the detector saw and not into the file
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

function readScore(text: string): number {
  const score = Number(text);
  if (text.trim() === '' || !(score >= 0 && score <= 1)) {
    throw new UsageError(`--score is a number from 0 to 1, not '${text}'.`);
  }
  return score;
}

/** Class indices of names. */
function readClasses(text: string, { name: model, labels }: Manifest): number[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    const index = labels.findIndex((label) => label.name === name);
    if (index >= 0) return index;
    const known = labels.map((label) => label.name).join(', ');
    throw new UsageError(`Model ${model} has no class '${name}'. It knows: ${known}.`);
  });
}
