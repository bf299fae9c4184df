import type { FrameDetections, TrackEntry, Tracks } from '#annotation';
import { TrackSummarizer } from '#tracking';

/** Collects the tracks of a video from its lines. Memory depends on the number of tracks, not on their lengths. */
export class TrackList {
  private readonly tracks = new Map<number, TrackSummarizer>();
  private readonly labels = new Map<number, string>();

  /** @param frameRate frames per second */
  constructor(private readonly frameRate: number) {}

  /** Adds the next line. */
  add({ n, boxes }: FrameDetections): void {
    for (const { track, label, classIndex, filled = false, ...box } of boxes) {
      if (track === undefined) continue;
      this.labels.set(classIndex, label);
      const summarizer = this.tracks.get(track) ?? new TrackSummarizer(track, n);
      this.tracks.set(track, summarizer);
      summarizer.add(n, { ...box, classIndex }, { detected: !filled });
    }
  }

  /** The tracks of all lines added so far. */
  list(): Tracks {
    const ofAll = [...this.tracks].sort(([a], [b]) => a - b);
    return { frameRate: this.frameRate, tracks: ofAll.map(([, track]) => this.entryOf(track)) };
  }

  private entryOf(track: TrackSummarizer): TrackEntry {
    const { id, classIndex, first, last, boxes, detections, best, meanBox, path } = track.summary();
    const [x1, y1, x2, y2] = meanBox;
    const time = (n: number) => rounded(n / this.frameRate);
    return {
      ...{ id, label: this.labels.get(classIndex) ?? '', classIndex },
      ...{ firstFrame: first, lastFrame: last, firstTime: time(first), lastTime: time(last) },
      ...{ boxes, detections, bestFrame: best.n },
      bestScore: Number.isNaN(best.score) ? null : rounded(best.score),
      meanBox: [rounded(x1), rounded(y1), rounded(x2), rounded(y2)],
      path: path.map(({ n, x, y }) => [n, rounded(x), rounded(y)]),
    };
  }
}

/** To a millionth, as in the lines. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
