import { classColour, type Rgb } from './colours';
import type { FrameDetections, TrackedDetection } from './scores';

/** Fractions of the frame. */
type Point = readonly [x: number, y: number];

/** A detection to draw. */
export interface Drawn extends TrackedDetection {
  /** Where its object has been in the last frames, up to this one: the middle of the lower side of its box. */
  readonly trail?: readonly Point[];
  /** Default: that of the class. */
  readonly colour?: Rgb;
}

/** How tracked objects are drawn. */
export interface TrackStyleOptions {
  /** Length of a trail; 0 for none. */
  readonly TRAIL_SECONDS: number;
  /** What the colour of a box stands for. */
  readonly BOX_COLOURS: 'class' | 'track';
}

/** Points of a trail per second: more would be closer than viewers can see. */
const POINTS_PER_SECOND = 30;

/** Adds trails and colours to tracked objects, frame by frame. */
export class TrackStyle {
  private readonly trails = new Map<number, { readonly n: number; readonly point: Point }[]>();
  private readonly frames: number;
  private readonly spacing: number;

  /** @param frameRate frames per second */
  constructor(
    private readonly options: TrackStyleOptions,
    frameRate: number,
  ) {
    this.frames = Math.round(options.TRAIL_SECONDS * frameRate);
    this.spacing = Math.max(1, Math.floor(frameRate / POINTS_PER_SECOND));
  }

  /** Adds what is to be drawn of the next frame. @param boxes all or some of its boxes */
  add({ n, boxes }: Pick<FrameDetections, 'n' | 'boxes'>): readonly Drawn[] {
    for (const [track, points] of this.trails) {
      if ((points.at(-1)?.n ?? 0) < n - this.frames) this.trails.delete(track);
    }
    const byTrack = this.options.BOX_COLOURS === 'track';
    return boxes.map((box): Drawn => {
      const { track } = box;
      if (track === undefined) return box;
      return {
        ...box,
        ...(this.frames > 0 && { trail: this.trailOf(track, n, box) }),
        ...(byTrack && { colour: classColour(track) }),
      };
    });
  }

  private trailOf(track: number, n: number, { box: [x1, , x2, y2] }: TrackedDetection): Point[] {
    const points = (this.trails.get(track) ?? []).filter((one) => one.n >= n - this.frames);
    const now = { n, point: [(x1 + x2) / 2, y2] as const };
    const due = n - (points.at(-1)?.n ?? -Infinity) >= this.spacing;
    this.trails.set(track, due ? [...points, now] : points);
    return [...points, now].map(({ point }) => point);
  }
}
