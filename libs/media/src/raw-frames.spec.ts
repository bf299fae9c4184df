import { mapOrdered } from '#flow';
import { BufferPool } from './buffer-pool';
import { cutFrames } from './raw-frames';

function* chunksOf(bytes: Buffer, size: number, read?: () => void) {
  for (let at = 0; at < bytes.length; at += size) {
    read?.();
    yield bytes.subarray(at, at + size);
  }
}

describe('cutFrames', () => {
  const bytes = Buffer.from(Array.from({ length: 120 }, (_, i) => i));

  it.each([1, 7, 12, 13, 50, 500])('cuts frames of 12 bytes from chunks of %i', async (size) => {
    const pool = new BufferPool(12);
    const frames: number[][] = [];
    for await (const frame of cutFrames(chunksOf(bytes, size), pool)) {
      frames.push([...frame]);
      pool.give(frame);
    }
    expect(frames).toHaveLength(10);
    expect(frames.flat()).toEqual([...bytes]);
  });

  it('drops an incomplete last frame', async () => {
    const pool = new BufferPool(50);
    let frames = 0;
    for await (const frame of cutFrames(chunksOf(bytes, 8), pool)) {
      frames++;
      pool.give(frame);
    }
    expect(frames).toBe(2);
  });

  it('allocates one buffer more than there are frames in progress, and reads no further ahead', async () => {
    const pool = new BufferPool(12);
    let read = 0;
    const chunks = chunksOf(Buffer.alloc(12 * 1000), 6, () => read++);
    let done = 0;
    const work = async (frame: Buffer, n: number) => {
      await Promise.resolve();
      pool.give(frame);
      return n + 1;
    };
    for await (done of mapOrdered(cutFrames(chunks, pool), 3, work)) {
      expect(read).toBeLessThanOrEqual(2 * (done + 3));
    }
    expect(done).toBe(1000);
    expect(pool.allocated).toBeLessThanOrEqual(4);
  });
});
