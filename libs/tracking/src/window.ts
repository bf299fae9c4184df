import type { Association, TrackerDetection } from './associator';
import { between, type Box } from './box';
import type { TrackerOptions } from './options';
import type { Track } from './track';

/** A box of a track in one frame. */
export interface TrackedBox {
  /** Id of the track, from 1 in order of first appearance; equal firsts in order of their detections. */
  readonly track: number;
  /** In pixels. */
  readonly box: Box;
  /** Of the detection, or between those on either side. */
  readonly score: number;
  /** Of the detection, or of the one before. */
  readonly classIndex: number;
  /** Index of the detection in its frame; absent for a box that was filled in. */
  readonly detection?: number;
}

/** The tracked boxes of a frame, by id. */
export interface TrackedFrame {
  readonly n: number;
  readonly boxes: readonly TrackedBox[];
}

/** What the window knows of a track. */
export interface Line {
  /** Assigned when its first frame leaves the window. */
  id: number | undefined;
  readonly first: number;
  /** The last detection. */
  last: TrackerDetection & { readonly n: number };
  detections: number;
  ended: boolean;
}

interface PendingFrame {
  readonly n: number;
  readonly boxes: (Omit<TrackedBox, 'track'> & { readonly line: Line })[];
}

/**
 * Holds frames until their boxes are final: until every track in them is long enough or dropped, and no gap in them can still
 * be filled. That takes about `maxGap` frames, whatever the length of the video.
 */
export class Window {
  private pending: PendingFrame[] = [];
  private readonly lines = new Map<Track, Line>();
  private ids = 0;
  /** The latest frame with detections. */
  private now: number | undefined;

  constructor(private readonly options: Pick<TrackerOptions, 'maxGap' | 'minLength'>) {}

  /** Adds frame `n`, and the frames before it that were skipped. @returns frames that are now final */
  add(n: number, detections: readonly TrackerDetection[], matched: readonly Association[]): TrackedFrame[] {
    const before = this.now;
    for (let frame = before === undefined ? n : before + 1; frame <= n; frame++)
      this.pending.push({ n: frame, boxes: [] });
    this.now = n;
    for (const { track, detection } of matched) {
      const found = detections[detection];
      if (found) this.observe(track, { n, ...found }, { detection, before });
    }
    return this.release(this.finalUntil(n));
  }

  /** Closes the lines of tracks. @returns their lines, but for those of tracks that are too short */
  end(tracks: readonly Track[]): Line[] {
    return tracks.flatMap((track) => {
      const line = this.lines.get(track);
      this.lines.delete(track);
      if (!line) return [];
      line.ended = true;
      return this.isLong(line) ? [line] : [];
    });
  }

  /** Ends all tracks. @returns the remaining frames, and the lines as `end` does */
  finish(): { frames: TrackedFrame[]; ended: Line[] } {
    const ended = this.end([...this.lines.keys()]);
    return { frames: this.release(Infinity), ended };
  }

  private observe(
    track: Track,
    current: Line['last'],
    { detection, before }: { detection: number; before: number | undefined },
  ): void {
    const line = this.lines.get(track) ?? this.startLine(track, current);
    const { last } = line;
    if (last.n === before || current.n - last.n <= this.options.maxGap) this.fill(line, last, current);
    line.last = current;
    line.detections++;
    const { box, score, classIndex } = current;
    this.frame(current.n).boxes.push({ line, box, score, classIndex, detection });
  }

  private startLine(track: Track, first: Line['last']): Line {
    const line: Line = { id: undefined, first: first.n, last: first, detections: 0, ended: false };
    this.lines.set(track, line);
    return line;
  }

  /** Adds boxes between two detections, never before or after them. */
  private fill(line: Line, from: Line['last'], to: Line['last']): void {
    for (let n = from.n + 1; n < to.n; n++) {
      const share = (n - from.n) / (to.n - from.n);
      this.frame(n).boxes.push({
        line,
        box: between(from.box, to.box, share),
        score: from.score + (to.score - from.score) * share,
        classIndex: from.classIndex,
      });
    }
  }

  private frame(n: number): PendingFrame {
    const frame = this.pending[n - (this.pending[0]?.n ?? 0)];
    if (!frame) throw new RangeError(`Frame ${n} has already been released.`);
    return frame;
  }

  /** The last frame that nothing can change any more. */
  private finalUntil(now: number): number {
    let until = now;
    for (const line of this.lines.values()) {
      if (!this.isLong(line)) until = Math.min(until, line.first - 1);
      else if (now + 1 - line.last.n <= this.options.maxGap) until = Math.min(until, line.last.n);
    }
    return until;
  }

  private release(until: number): TrackedFrame[] {
    const open = this.pending.findIndex(({ n }) => n > until);
    const released = this.pending.splice(0, open === -1 ? this.pending.length : open);
    return released.map(({ n, boxes }) => ({
      n,
      boxes: boxes
        .filter(({ line }) => this.isLong(line))
        .map(({ line, box, score, classIndex, detection }) => ({
          track: (line.id ??= ++this.ids),
          box,
          score,
          classIndex,
          ...(detection !== undefined && { detection }),
        }))
        .sort((a, b) => a.track - b.track),
    }));
  }

  private isLong({ detections }: Line): boolean {
    return detections >= this.options.minLength;
  }
}
