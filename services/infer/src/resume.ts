import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnnotationError, readFrames, type FrameDetections } from '#annotation';
import { isMissing } from '#errors';
import type { Job } from '#jobs';
import type { Attempt } from '#workspace';
import type { DetectedGroup } from './frame-groups';

/** Stored with the detections of an attempt. */
const BASIS_FILE = 'basis.json';

/**
 * Everything the detections of a job depend on, as text: two attempts with the same basis have the same detections.
 * @param model identifies the model and its settings; undefined if unknown
 * @returns undefined if detections cannot be reused
 */
export function basisOf(job: Job, model: string | undefined, total: number): string | undefined {
  const framesOf = job.PREPROCESSING_END?.toISOString(); // changes when frames are written again
  if (model === undefined || framesOf === undefined) return undefined;
  return JSON.stringify({ framesOf, total, frameStep: job.options?.frameStep ?? 1, model });
}

/** Stores the basis for an attempt that may resume this one. */
export async function writeBasis(attempt: Attempt, basis: string | undefined): Promise<void> {
  if (basis !== undefined) await writeFile(attempt.path(BASIS_FILE), basis);
}

/**
 * The detections of the predecessor of an attempt, up to its last complete group; none without a predecessor of the
 * same basis. Checks every line, because the predecessor may have been killed while writing.
 */
export async function* detectedBefore(
  { predecessor }: Attempt,
  basis: string | undefined,
  groups: Iterable<readonly number[]>,
): AsyncGenerator<DetectedGroup> {
  if (predecessor === undefined || basis === undefined) return;
  if ((await readFile(join(predecessor, BASIS_FILE), 'utf8').catch(() => '')) !== basis) return;
  const lines = validLines(join(predecessor, 'detections.ndjson'));
  try {
    for (const frames of groups) {
      const found: FrameDetections[] = [];
      for (const n of frames) {
        const line = await lines.next();
        if (line.done === true || line.value.n !== n) return;
        found.push(line.value);
      }
      yield { frames, detections: found[0]?.boxes ?? [], low: found[0]?.low ?? [] };
    }
  } finally {
    await lines.return(undefined); // closes the file
  }
}

/** The frames of a detections file up to the first invalid line. */
async function* validLines(file: string): AsyncGenerator<FrameDetections, undefined> {
  try {
    yield* readFrames(file);
  } catch (error) {
    if (!(error instanceof AnnotationError || isMissing(error))) throw error;
  }
  return undefined;
}
