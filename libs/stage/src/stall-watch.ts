import { ExplainedError } from './errors';

/** Gives up work that shows no sign of life for too long: a handler that hangs must not hold its job for ever. */
export class StallWatch {
  private readonly timer: NodeJS.Timeout;
  private aliveAt = performance.now();
  private unhurriedSteps = 0;
  private figures = '';

  /** @param stalled called once, with the reason */
  constructor(
    private readonly stallMs: number,
    private readonly stalled: (reason: Error) => void,
  ) {
    this.timer = setInterval(() => {
      this.check();
    }, stallMs / 4);
  }

  /** Figures that have changed are a sign of life. */
  progress(done: number, total: number | null): void {
    const figures = `${done}/${total ?? '?'}`;
    if (figures === this.figures) return;
    this.figures = figures;
    this.aliveAt = performance.now();
  }

  /** Waits for a step that may take its time: it ends by limits of its own. */
  async unhurried<T>(step: Promise<T>): Promise<T> {
    this.unhurriedSteps++;
    try {
      return await step;
    } finally {
      this.unhurriedSteps--;
      this.aliveAt = performance.now();
    }
  }

  end(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    if (this.unhurriedSteps > 0 || performance.now() - this.aliveAt < this.stallMs) return;
    this.end();
    const seconds = this.stallMs / 1000;
    this.stalled(
      new ExplainedError('STALLED', `No frame was done for ${seconds} s, so the attempt was given up.`),
    );
  }
}
