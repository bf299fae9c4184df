import { Associator, type TrackerDetection } from './associator';
import { completeOptions, type TrackerOptions } from './options';
import { Smoother } from './smoother';
import { TrackSummarizer, type TrackSummary } from './summary';
import { Window, type Line, type TrackedFrame } from './window';

/** What has become final. */
export interface TrackerOutput {
  /** In order, without omissions: also frames that were skipped between two with detections. */
  readonly frames: readonly TrackedFrame[];
  /** Tracks whose last frame has been returned, by id. */
  readonly tracks: readonly TrackSummary[];
}

interface Tracker {
  /**
   * Adds the next frame that the detector has processed. Frames between it and the one before count as skipped.
   *
   * @param n number of the frame, greater than the one before
   * @param detections all from `lowThreshold`, in any order
   * @throws RangeError if frames are out of order
   */
  update(n: number, detections: readonly TrackerDetection[]): TrackerOutput;
  /** Ends all tracks. */
  finish(): TrackerOutput;
}

/**
 * A tracker: gives detections of the same object over time the same id. The same input always gives the same output. Memory
 * depends on the number of objects at a time, not on the length of the video; results come `maxGap + smoothing` frames late,
 * or up to `5 * minLength` frames late where a track begins.
 *
 * @throws RangeError for invalid options
 */
export function createTracker(options: Partial<TrackerOptions> = {}): Tracker {
  return new StreamingTracker(completeOptions(options));
}

class StreamingTracker implements Tracker {
  private readonly associator: Associator;
  private readonly window: Window;
  private readonly smoother: Smoother;
  private readonly summarizers = new Map<number, TrackSummarizer>();
  /** Lines of ended tracks whose last frame has not been returned. */
  private ended: Line[] = [];
  /** The last frame added, and the last one returned. */
  private last = -1;
  private returned = -1;

  constructor(options: TrackerOptions) {
    this.associator = new Associator(options);
    this.window = new Window(options);
    this.smoother = new Smoother(options.smoothing);
  }

  update(n: number, detections: readonly TrackerDetection[]): TrackerOutput {
    if (!Number.isInteger(n) || n <= this.last)
      throw new RangeError(`Invalid frame ${n}: expected a whole number from ${this.last + 1}.`);
    this.last = n;
    const { matched, ended } = this.associator.update(n, detections);
    this.ended.push(...this.window.end(ended));
    const final = this.window.add(n, detections, matched);
    return this.output(final.flatMap((frame) => this.smoother.add(frame)));
  }

  finish(): TrackerOutput {
    const { frames, ended } = this.window.finish();
    this.ended.push(...ended);
    return this.output([...frames.flatMap((frame) => this.smoother.add(frame)), ...this.smoother.finish()]);
  }

  private output(frames: TrackedFrame[]): TrackerOutput {
    for (const { n, boxes } of frames) {
      for (const box of boxes) {
        const summarizer = this.summarizers.get(box.track) ?? new TrackSummarizer(box.track, n);
        this.summarizers.set(box.track, summarizer);
        summarizer.add(n, box, { detected: box.detection !== undefined });
      }
    }
    this.returned = frames.at(-1)?.n ?? this.returned;
    return { frames, tracks: this.summarize(this.returned) };
  }

  /** Summaries of ended tracks up to a frame. */
  private summarize(until: number): TrackSummary[] {
    const complete = this.ended.filter(({ last }) => last.n <= until);
    if (complete.length > 0) this.ended = this.ended.filter(({ last }) => last.n > until);
    return complete
      .flatMap(({ id = 0 }) => {
        const summarizer = this.summarizers.get(id);
        this.summarizers.delete(id);
        return summarizer ? [summarizer.summary()] : [];
      })
      .sort((a, b) => a.id - b.id);
  }
}
