import type { FrameDetections, TrackedDetection } from '#annotation';
import type { Detection } from '#detection';
import type { Timeline } from '#media';
import { createTracker, type TrackedBox, type TrackerOptions } from '#tracking';
import type { DetectedGroup } from '../frame-groups';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A source frame: its first output frame, and how many output frames show it. */
interface Span {
  readonly first: number;
  readonly times: number;
}

/** What a line says about its frames. */
type Line = Omit<FrameDetections, 'n'>;

/**
 * Tracks the objects of a video. Between two detections of a track, its boxes move along it; all others stay where they were
 * detected until detection runs again, as they do without tracking.
 *
 * @param detected all groups of the video, in order
 * @param size of the frames, in pixels
 * @returns the detections of each frame, about `maxGap` frames after they have been passed in
 */
export async function* trackLines(
  detected: AsyncIterable<DetectedGroup>,
  { timeline, size, options }: { timeline: Timeline; size: Size; options: Partial<TrackerOptions> },
): AsyncGenerator<FrameDetections, void, undefined> {
  const tracker = createTracker(options);
  const builder = new LineBuilder(size);
  const spans = timeline.spans();
  let span = spans.next();
  const linesUpTo = function* (end: number) {
    for (; span.done !== true && span.value.first <= end; span = spans.next())
      yield* builder.lines(span.value);
  };
  for await (const group of detected) {
    const { frames } = tracker.update(group.frames[0] ?? 0, builder.add(group));
    builder.finish(frames);
    yield* linesUpTo(frames.at(-1)?.n ?? -1);
  }
  builder.finish(tracker.finish().frames);
  yield* linesUpTo(timeline.frames);
}

/** Joins detections with what the tracker says about them. */
class LineBuilder {
  /** Groups whose first frame has no line yet. */
  private readonly waiting: DetectedGroup[] = [];
  /** Tracked boxes of frames without a line, by frame, in pixels. */
  private readonly tracked = new Map<number, readonly TrackedBox[]>();
  private readonly labels = new Map<number, string>();
  /** The last line that detection ran for. */
  private detected: Line = { boxes: [] };

  constructor(private readonly size: Size) {}

  /** @returns the detections for the tracker, in pixels */
  add(group: DetectedGroup): Detection[] {
    this.waiting.push(group);
    const { width, height } = this.size;
    return allOf(group).map((detection) => {
      this.labels.set(detection.classIndex, detection.label);
      const [x1, y1, x2, y2] = detection.box;
      return { ...detection, box: [x1 * width, y1 * height, x2 * width, y2 * height] };
    });
  }

  /** Adds the tracked boxes of frames that are final. */
  finish(frames: readonly { readonly n: number; readonly boxes: readonly TrackedBox[] }[]): void {
    for (const { n, boxes } of frames) this.tracked.set(n, boxes);
  }

  /** The lines of a source frame: its output frames show the same image, so they have the same boxes. */
  *lines({ first, times }: Span): Generator<FrameDetections> {
    const tracked = this.tracked.get(first) ?? [];
    const group = this.waiting[0];
    const isDetected = group?.frames[0] === first;
    if (isDetected) {
      this.waiting.shift();
      this.detected = this.detectedLine(group, tracked);
    }
    const line = isDetected ? this.detected : this.skippedLine(tracked);
    for (let n = first; n < first + times; n++) {
      this.tracked.delete(n);
      yield { n, ...line };
    }
  }

  private detectedLine(group: DetectedGroup, tracked: readonly TrackedBox[]): Line {
    const trackOf = new Map(tracked.map(({ detection, track }) => [detection, track]));
    const found = allOf(group).map((detection, index): TrackedDetection => {
      const track = trackOf.get(index);
      return track === undefined ? detection : { ...detection, track };
    });
    const strong = group.detections.length;
    const low = found.filter(({ track }, index) => index >= strong && track === undefined);
    const boxes = found.filter(({ track }, index) => index < strong || track !== undefined);
    const filled = tracked.filter(({ detection }) => detection === undefined);
    return { boxes: bestFirst([...boxes, ...filled.map((box) => this.filled(box))]), low };
  }

  private skippedLine(tracked: readonly TrackedBox[]): Line {
    const moved = new Set(tracked.map(({ track }) => track));
    const { boxes, low = [] } = this.detected;
    const still = boxes
      .filter(({ track }) => track === undefined || !moved.has(track))
      .map((box) => (box.track === undefined ? box : { ...box, filled: true as const }));
    return { boxes: bestFirst([...still, ...tracked.map((box) => this.filled(box))]), low };
  }

  private filled({ box: [x1, y1, x2, y2], score, classIndex, track }: TrackedBox): TrackedDetection {
    const { width, height } = this.size;
    return {
      label: this.labels.get(classIndex) ?? '',
      ...{ classIndex, score, track, filled: true },
      box: [clamp(x1 / width), clamp(y1 / height), clamp(x2 / width), clamp(y2 / height)],
    };
  }
}

const clamp = (fraction: number) => Math.min(1, Math.max(0, fraction));

const allOf = ({ detections, low }: DetectedGroup) => [...detections, ...low];

/** Unknown scores (NaN) come last. */
function bestFirst(boxes: readonly TrackedDetection[]): TrackedDetection[] {
  const rank = ({ score }: TrackedDetection) => (Number.isNaN(score) ? -1 : score);
  return [...boxes].sort((a, b) => rank(b) - rank(a));
}
