/** Variances of the noise of an axis; the units are those of its value, squared, per frame. */
export interface AxisNoise {
  /** Of the value, per frame. */
  readonly value: number;
  /** Of the velocity, per frame. */
  readonly velocity: number;
}

/**
 * Kalman filter of one quantity with constant velocity. The filter of SORT (Bewley et al. 2016, arXiv:1602.00763) and its
 * successors has diagonal noise and independent quantities, so that it equals one such filter for each, without matrices.
 */
export class Axis {
  velocity = 0;
  /** The symmetric covariance: value, value and velocity, velocity. */
  private p00: number;
  private p01 = 0;
  private p11: number;

  constructor(
    /** Estimate in the frame of the last prediction or update. */
    public value: number,
    initial: AxisNoise,
  ) {
    this.p00 = initial.value;
    this.p11 = initial.velocity;
  }

  /** Moves the estimate ahead. @param frames 1 or more */
  predict(frames: number, noise: AxisNoise): void {
    this.value += this.velocity * frames;
    this.p00 += frames * (2 * this.p01 + frames * this.p11) + frames * noise.value;
    this.p01 += frames * this.p11;
    this.p11 += frames * noise.velocity;
  }

  /** Corrects the estimate by a measurement. @param variance of the measurement */
  update(measured: number, variance: number): void {
    const residual = measured - this.value;
    const spread = this.p00 + variance;
    const gain = this.p00 / spread;
    const velocityGain = this.p01 / spread;
    this.value += gain * residual;
    this.velocity += velocityGain * residual;
    this.p11 -= velocityGain * this.p01;
    this.p01 -= velocityGain * this.p00;
    this.p00 -= gain * this.p00;
  }

  clone(): Axis {
    const copy = new Axis(this.value, { value: this.p00, velocity: this.p11 });
    copy.velocity = this.velocity;
    copy.p01 = this.p01;
    return copy;
  }
}
