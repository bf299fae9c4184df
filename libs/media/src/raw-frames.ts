import type { BufferPool } from './buffer-pool';

/**
 * Cuts a byte stream into frames of `pool.size` bytes. Reads the stream only as fast as frames are consumed. The
 * consumer must return each frame to the pool. An incomplete last frame is dropped.
 */
export async function* cutFrames(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  pool: BufferPool,
): AsyncGenerator<Buffer, void, undefined> {
  let frame = pool.take();
  let filled = 0;
  for await (const chunk of chunks) {
    let read = 0;
    while (read < chunk.length) {
      const copied = chunk.copy(frame, filled, read);
      read += copied;
      filled += copied;
      if (filled < pool.size) continue;
      yield frame;
      frame = pool.take();
      filled = 0;
    }
  }
  pool.give(frame);
}
