/** The window consists of this many parts, which expire one by one. */
const PARTS = 60;

interface Part {
  readonly startsAt: number;
  requestMs: number;
  computeMs: number;
}

/**
 * The load of a detector: the time of requests divided by their compute time, over the last minute. Near 1 without
 * waiting, higher the longer requests wait. Uses constant memory.
 */
export class LoadRatio {
  private parts: Part[] = [];

  /** @param now a monotonic clock in milliseconds */
  constructor(
    private readonly windowMs = 60_000,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts a completed request. */
  add(requestMs: number, computeMs: number): void {
    this.forget();
    const partMs = this.windowMs / PARTS;
    const startsAt = Math.floor(this.now() / partMs) * partMs;
    let part = this.parts.at(-1);
    if (part?.startsAt !== startsAt) this.parts.push((part = { startsAt, requestMs: 0, computeMs: 0 }));
    part.requestMs += requestMs;
    part.computeMs += computeMs;
  }

  /** Undefined without requests in the window. */
  get value(): number | undefined {
    this.forget();
    const total = (of: 'requestMs' | 'computeMs') => this.parts.reduce((sum, part) => sum + part[of], 0);
    const computeMs = total('computeMs');
    return computeMs > 0 ? total('requestMs') / computeMs : undefined;
  }

  private forget(): void {
    const oldest = this.now() - this.windowMs;
    this.parts = this.parts.filter(({ startsAt }) => startsAt > oldest);
  }
}
