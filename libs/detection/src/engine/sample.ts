import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A photograph of a cup on a table, 600x400 pixels. This file runs from dist/libs/detection/src/engine. */
const SAMPLE = join(__dirname, '../../../../../models/sample.jpg');

/** The encoded sample image, for trial runs: an empty image would hide signs of a wrong manifest. */
export function sampleImage(): Promise<Buffer> {
  return readFile(SAMPLE);
}
