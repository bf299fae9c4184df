import { Axis, type AxisNoise } from './axis';
import type { Box } from './box';

/** Standard deviations per frame as shares of the longer side, from DeepSORT (Wojke et al. 2017, arXiv:1703.07402). */
const POSITION = 1 / 20;
const VELOCITY = 1 / 160;

/** The same for a measured box: those of detectors shake. */
const MEASURED = 1 / 10;

/** For the first box of an object: its velocity is as good as unknown. */
const INITIAL_POSITION = 1 / 10;
const INITIAL_VELOCITY = 1 / 4;

/**
 * Where a box is expected: centre, width and height, each with constant velocity. Noise is relative to the longer side of the
 * box, so that the result does not depend on the resolution.
 */
export class Motion {
  private constructor(
    private readonly x: Axis,
    private readonly y: Axis,
    private readonly width: Axis,
    private readonly height: Axis,
  ) {}

  static from(box: Box): Motion {
    const { x, y, width, height } = measure(box);
    const initial = variances(Math.max(width, height), INITIAL_POSITION, INITIAL_VELOCITY);
    const axis = (value: number) => new Axis(value, initial);
    return new Motion(axis(x), axis(y), axis(width), axis(height));
  }

  /** Moves ahead. @param frames 1 or more */
  predict(frames: number): void {
    const noise = variances(this.size(), POSITION, VELOCITY);
    for (const size of [this.width, this.height]) {
      if (size.value + size.velocity * frames <= 0) size.velocity = 0; // never shrinks to nothing
    }
    for (const axis of this.axes()) axis.predict(frames, noise);
  }

  update(box: Box): void {
    const { x, y, width, height } = measure(box);
    const variance = (MEASURED * this.size()) ** 2;
    this.x.update(x, variance);
    this.y.update(y, variance);
    this.width.update(width, variance);
    this.height.update(height, variance);
  }

  box(): Box {
    const [x, y] = [this.x.value, this.y.value];
    const [right, down] = [this.width.value / 2, this.height.value / 2];
    return [x - right, y - down, x + right, y + down];
  }

  clone(): Motion {
    return new Motion(this.x.clone(), this.y.clone(), this.width.clone(), this.height.clone());
  }

  private axes(): Axis[] {
    return [this.x, this.y, this.width, this.height];
  }

  /** The longer side, in pixels. */
  private size(): number {
    return Math.max(this.width.value, this.height.value);
  }
}

function measure([x1, y1, x2, y2]: Box) {
  return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, width: x2 - x1, height: y2 - y1 };
}

/** @param size in pixels; @param value and @param velocity as shares of it */
function variances(size: number, value: number, velocity: number): AxisNoise {
  return { value: (value * size) ** 2, velocity: (velocity * size) ** 2 };
}
