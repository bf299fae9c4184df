import { ExplainedError } from './errors';

/** Detects work without progress: a handler that hangs must not hold its job forever. */
export class StallWatch {
  private readonly timer: NodeJS.Timeout;
  private aliveAt = performance.now();
  private untimedSteps = 0;
  private lastProgress = '';

  /** @param stalled called once, with the reason */
  constructor(
    private readonly stallMs: number,
    private readonly stalled: (reason: Error) => void,
  ) {
    this.timer = setInterval(() => {
      this.check();
    }, stallMs / 4);
  }

  /** Restarts the time limit if the values have changed. */
  progress(done: number, total: number | null): void {
    const progress = `${done}/${total ?? '?'}`;
    if (progress === this.lastProgress) return;
    this.lastProgress = progress;
    this.aliveAt = performance.now();
  }

  /** Suspends the check during a step that has its own time limit. */
  async untimed<T>(step: Promise<T>): Promise<T> {
    this.untimedSteps++;
    try {
      return await step;
    } finally {
      this.untimedSteps--;
      this.aliveAt = performance.now();
    }
  }

  end(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    if (this.untimedSteps > 0 || performance.now() - this.aliveAt < this.stallMs) return;
    this.end();
    const seconds = this.stallMs / 1000;
    this.stalled(
      new ExplainedError('STALLED', `The attempt was aborted: it made no progress for ${seconds} s.`),
    );
  }
}
