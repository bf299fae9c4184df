/** Buffers of one size, used again and again instead of being allocated anew for each frame. */
export class BufferPool {
  private readonly free: Buffer[] = [];
  /** How many buffers exist, in use or not: the most that were ever in use at once. */
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
