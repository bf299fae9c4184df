import {
  createTracker,
  type TrackedBox,
  type TrackerDetection,
  type TrackerOptions,
  type TrackerOutput,
  type TrackSummary,
} from '#tracking';

export type Detections = readonly TrackerDetection[];

/** A detection of 40x80 pixels with its upper left corner at (x, y). */
export function person(x: number, y = 100, score = 0.9, classIndex = 0): TrackerDetection {
  return { box: [x, y, x + 40, y + 80], score, classIndex };
}

/** Detections of `length` frames. */
export function video(length: number, detect: (n: number) => Detections): Detections[] {
  return Array.from({ length }, (_, n) => detect(n));
}

/** All results for a video of which every `step`-th frame was detected. */
export function track(frames: readonly Detections[], options: Partial<TrackerOptions> = {}, step = 1) {
  const tracker = createTracker(options);
  const boxes: (readonly TrackedBox[])[] = [];
  const tracks: TrackSummary[] = [];
  const keep = (output: TrackerOutput) => {
    for (const { n, boxes: tracked } of output.frames) boxes[n] = tracked;
    tracks.push(...output.tracks);
  };
  for (const [n, detections] of frames.entries()) if (n % step === 0) keep(tracker.update(n, detections));
  keep(tracker.finish());
  return { boxes, tracks };
}

/** Ids by frame. */
export function ids(boxes: readonly (readonly TrackedBox[])[]): number[][] {
  return boxes.map((frame) => frame.map(({ track: id }) => id));
}
