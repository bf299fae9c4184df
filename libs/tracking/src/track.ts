import { between, type Box } from './box';
import { Motion } from './motion';

/** A detection of a track. */
export interface Observation {
  readonly n: number;
  readonly box: Box;
}

/** Frames over which the direction of an object is measured (OC-SORT's delta_t). */
const DIRECTION_FRAMES = 3;

/** An object that is being followed: the state of OC-SORT (Cao et al. 2023, arXiv:2203.14360), for the association only. */
export class Track {
  hits = 1;
  /** Direction of movement, a unit vector; undefined while the object has one observation or rests. */
  direction: readonly [x: number, y: number] | undefined;
  private motion: Motion;
  /** The motion as of the last observation. */
  private observed: Motion;
  /** Predictions since the last observation. */
  private predictions = 0;
  /** The latest observations, oldest first: those of the last DIRECTION_FRAMES and one before. */
  private recent: Observation[];

  constructor(
    readonly classIndex: number,
    public last: Observation,
  ) {
    this.motion = Motion.from(last.box);
    this.observed = this.motion.clone();
    this.recent = [last];
  }

  predict(frames: number): void {
    this.motion.predict(frames);
    this.predictions++;
  }

  /** Where the object is expected. */
  expected(): Box {
    return this.motion.box();
  }

  /** Adds the detection of a frame after the last prediction. */
  observe(observation: Observation): void {
    if (this.predictions > 1) this.replay(observation);
    this.motion.update(observation.box);
    this.observed = this.motion.clone();
    this.predictions = 0;
    this.direction = directionBetween(this.reference(observation.n).box, observation.box);
    this.last = observation;
    this.hits++;
    this.recent.push(observation);
    while (this.recent.length > DIRECTION_FRAMES + 1) this.recent.shift();
  }

  /** The observation from which the direction at frame `n` is measured. */
  reference(n: number): Observation {
    return this.recent.find((observation) => n - observation.n <= DIRECTION_FRAMES) ?? this.last;
  }

  /**
   * After a gap, corrects the errors that have added up in it: repeats it from the last observation with a virtual path to
   * the new one (OC-SORT's observation-centric re-update).
   */
  private replay({ n, box }: Observation): void {
    const steps = this.predictions;
    const frames = (n - this.last.n) / steps;
    this.motion = this.observed;
    for (let step = 1; step <= steps; step++) {
      this.motion.predict(frames);
      if (step < steps) this.motion.update(between(this.last.box, box, step / steps));
    }
  }
}

/** The unit vector from the centre of one box to that of another; undefined where they are the same. */
export function directionBetween(from: Box, to: Box): readonly [x: number, y: number] | undefined {
  const x = (to[0] + to[2] - from[0] - from[2]) / 2;
  const y = (to[1] + to[3] - from[1] - from[3]) / 2;
  const length = Math.hypot(x, y);
  return length > 0 ? [x / length, y / length] : undefined;
}
