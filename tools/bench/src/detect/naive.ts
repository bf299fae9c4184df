/** The naive loop over images, in a separate process: see ../naive-detector.ts. */
import type { Manifest, Thresholds } from '#detection';
import { answer } from '../child';
import { NaiveDetector } from '../naive-detector';

export interface NaiveLoop {
  readonly manifest: Manifest;
  readonly modelPath: string;
  readonly images: readonly string[];
  readonly thresholds: Thresholds;
}

/** Images to process before the clock starts. */
const WARM_UP = 20;

/** @returns seconds for all images */
async function main({ manifest, modelPath, images, thresholds }: NaiveLoop): Promise<number> {
  const detector = await NaiveDetector.load(manifest, modelPath);
  for (const image of images.slice(0, WARM_UP)) await detector.detect(image, thresholds);
  const start = performance.now();
  for (const image of images) await detector.detect(image, thresholds);
  return (performance.now() - start) / 1000;
}

answer(main);
