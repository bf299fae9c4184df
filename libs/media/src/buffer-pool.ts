/** Buffers of one size that are reused instead of allocated for each frame. */
export class BufferPool {
  private readonly free: Buffer[] = [];
  /** Number of buffers, in use or not: the maximum in use at the same time. */
  allocated = 0;

  constructor(readonly size: number) {}

  take(): Buffer {
    const free = this.free.pop();
    if (free) return free;
    this.allocated++;
    return Buffer.allocUnsafeSlow(this.size);
  }

  give(buffer: Buffer): void {
    this.free.push(buffer);
  }
}
