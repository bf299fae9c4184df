import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnnotationError, encodeFrame, readFrames, roundDetection, type FrameDetections } from '#annotation';
import { isMissing } from '#errors';
import type { Job } from '#jobs';
import type { Attempt } from '#workspace';
import type { DetectedGroup } from './frame-groups';

/** Stored with the detections of an attempt. */
const BASIS_FILE = 'basis.json';

/** Everything detected in an attempt: a line per group, with the number of its first frame. */
const GROUPS_FILE = 'groups.ndjson';

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
 * Keeps groups for an attempt that may resume this one. Passes them on as that one will read them, rounded, so that both
 * track the same boxes.
 */
export async function* keepGroups(
  attempt: Attempt,
  groups: AsyncIterable<DetectedGroup>,
): AsyncGenerator<DetectedGroup, void, undefined> {
  const file = await open(attempt.path(GROUPS_FILE), 'w');
  try {
    for await (const { frames, ...found } of groups) {
      const [detections, low] = [found.detections.map(roundDetection), found.low.map(roundDetection)];
      await file.write(encodeFrame(frames[0] ?? 0, detections, low));
      yield { frames, detections, low };
    }
  } finally {
    await file.close();
  }
}

/**
 * The groups that the predecessor of an attempt detected, if it had the same basis. Checks every line, because the
 * predecessor may have been killed while writing.
 */
export async function* detectedBefore(
  { predecessor }: Attempt,
  basis: string | undefined,
  groups: Iterable<readonly number[]>,
): AsyncGenerator<DetectedGroup> {
  if (predecessor === undefined || basis === undefined) return;
  if ((await readFile(join(predecessor, BASIS_FILE), 'utf8').catch(() => '')) !== basis) return;
  const lines = validLines(join(predecessor, GROUPS_FILE));
  try {
    for (const frames of groups) {
      const line = await lines.next();
      if (line.done === true || line.value.n !== frames[0]) return;
      yield { frames, detections: line.value.boxes, low: line.value.low ?? [] };
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
