import type { TrackedDetection } from '#annotation/files';
import { hundredths, pixelsOf, scoreOf, type Frames, type TrackedVideo, type Video } from './video';

/** MOTChallenge's placeholder for missing values. */
const NONE = -1;

/**
 * A MOTChallenge result file (https://motchallenge.net/instructions/): frame, track, left, top, width, height, score, and
 * three columns for positions in space, which are -1. Frames and pixels count from 1. Boxes without a track are left out;
 * if the job has no tracks, all boxes are written with the track -1, as in the benchmark's det.txt files.
 */
export async function* mot(frames: Frames, video: TrackedVideo): AsyncGenerator<string, void, undefined> {
  for await (const { n, boxes } of frames) {
    for (const detection of boxes) {
      if (video.tracks && detection.track === undefined) continue;
      yield motRow(n, detection, video, detection.track);
    }
  }
}

/** What was detected, without tracks and the boxes that were filled in. */
export async function* motDetections(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  for await (const { n, boxes } of frames) {
    for (const detection of boxes) {
      if (detection.filled !== true) yield motRow(n, detection, video);
    }
  }
}

function motRow(n: number, detection: TrackedDetection, video: Video, track: number = NONE): string {
  const score = scoreOf(detection) ?? NONE;
  return `${[n + 1, track, ...motBox(detection, video), score, NONE, NONE, NONE].join(',')}\n`;
}

/** Left, top, width and height; pixels count from 1. */
export function motBox(detection: TrackedDetection, video: Video): number[] {
  const { x, y, width, height } = pixelsOf(detection, video);
  return [hundredths(x + 1), hundredths(y + 1), width, height];
}
