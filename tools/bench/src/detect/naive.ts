/** The naive loop over pictures, in a process of its own: see ../naive-detector.ts. */
import type { Manifest, Thresholds } from '#detection';
import { answer } from '../child';
import { NaiveDetector } from '../naive-detector';

export interface NaiveLoop {
  readonly manifest: Manifest;
  readonly modelPath: string;
  readonly pictures: readonly string[];
  readonly thresholds: Thresholds;
}

/** Pictures that are looked at before the clock starts. */
const WARM_UP = 20;

/** @returns seconds that all pictures took */
async function main({ manifest, modelPath, pictures, thresholds }: NaiveLoop): Promise<number> {
  const detector = await NaiveDetector.load(manifest, modelPath);
  for (const picture of pictures.slice(0, WARM_UP)) await detector.detect(picture, thresholds);
  const start = performance.now();
  for (const picture of pictures) await detector.detect(picture, thresholds);
  return (performance.now() - start) / 1000;
}

answer(main);
