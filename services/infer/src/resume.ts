import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnnotationError, readFrames, type FrameDetections } from '#annotation';
import { isMissing } from '#errors';
import type { Job } from '#jobs';
import type { Attempt } from '#workspace';
import type { LookedAt } from './frame-groups';

/** Beside the detections of an attempt: what they were made of and how. */
const BASIS_FILE = 'basis.json';

/**
 * All that the detections of a job depend on, as a text: two attempts of the same basis find the same.
 * @param model what they depend on of the model and its settings; undefined where that cannot be told for sure
 * @returns undefined where nothing can be taken over
 */
export function basisOf(job: Job, model: string | undefined, total: number): string | undefined {
  const framesOf = job.PREPROCESSING_END?.toISOString(); // frames that are made again are stamped again
  if (model === undefined || framesOf === undefined) return undefined;
  return JSON.stringify({ framesOf, total, frameStep: job.options?.frameStep ?? 1, model });
}

/** Leaves the basis for an attempt that may have to go on after this one. */
export async function writeBasis(attempt: Attempt, basis: string | undefined): Promise<void> {
  if (basis !== undefined) await writeFile(attempt.path(BASIS_FILE), basis);
}

/**
 * What the predecessor of an attempt found, group by group, up to its last whole group: nothing if there is none, or
 * if it worked on another basis. It may have been killed while it wrote, so every line is checked.
 */
export async function* doneBefore(
  { predecessor }: Attempt,
  basis: string | undefined,
  groups: Iterable<readonly number[]>,
): AsyncGenerator<LookedAt> {
  if (predecessor === undefined || basis === undefined) return;
  if ((await readFile(join(predecessor, BASIS_FILE), 'utf8').catch(() => '')) !== basis) return;
  const lines = wholeLines(join(predecessor, 'detections.ndjson'));
  for (const frames of groups) {
    const found: FrameDetections[] = [];
    for (const n of frames) {
      const line = await lines.next();
      if (line.done === true || line.value.n !== n) return;
      found.push(line.value);
    }
    yield { frames, detections: found[0]?.boxes ?? [] };
  }
}

/** The frames of a scores file up to the first line that is none. */
async function* wholeLines(file: string): AsyncGenerator<FrameDetections, undefined> {
  try {
    yield* readFrames(file);
  } catch (error) {
    if (!(error instanceof AnnotationError || isMissing(error))) throw error;
  }
  return undefined;
}
