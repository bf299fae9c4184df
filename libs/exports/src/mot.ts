import { classNumber, hundredths, pixelsOf, scoreOf, type Frames, type Video } from './video';

/** MOTChallenge's placeholder for missing values: here track, visibility and unknown scores. */
const NONE = -1;

/**
 * A MOTChallenge detection file (https://motchallenge.net/instructions/) with the columns of its ground truth:
 * frame, track, left, top, width, height, score, class, visibility. Frames, classes and pixels count from 1. Boxes are
 * not tracked: the track is -1, as in the benchmark's det.txt files.
 */
export async function* mot(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  for await (const { n, boxes } of frames) {
    for (const detection of boxes) {
      const { x, y, width, height } = pixelsOf(detection, video);
      const [left, top] = [hundredths(x + 1), hundredths(y + 1)];
      const score = scoreOf(detection) ?? NONE;
      yield `${[n + 1, NONE, left, top, width, height, score, classNumber(detection), NONE].join(',')}\n`;
    }
  }
}
