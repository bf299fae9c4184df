import { SAMP_420, bufferSize } from '@julusian/jpeg-turbo';

/** In pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Buffers for the pixels of one frame and for its JPEG. */
export interface FrameSpace {
  readonly rgb: Buffer;
  readonly jpeg: Buffer;
}

/** Memory for the largest possible JPEG of a frame. */
function jpegSpace({ width, height }: Size): Buffer {
  return Buffer.allocUnsafeSlow(bufferSize({ width, height, subsampling: SAMP_420 }));
}

/** Reusable memory for the JPEGs of frames of one size; see FrameBuffers. */
export class JpegBuffers {
  private readonly free: Buffer[] = [];

  /** @param size largest frame, in pixels */
  constructor(private readonly size: Size) {}

  take(): Buffer {
    return this.free.pop() ?? jpegSpace(this.size);
  }

  release(buffer: Buffer): void {
    this.free.push(buffer);
  }
}

/**
 * Reusable memory for frames of one size. Allocating these megabytes outside V8's heap for each frame would trigger a
 * full garbage collection every few dozen frames, which costs as much CPU as the drawing.
 */
export class FrameBuffers {
  private readonly free: FrameSpace[] = [];

  /** @param size largest frame, in pixels */
  constructor(private readonly size: Size) {}

  take(): FrameSpace {
    const { width, height } = this.size;
    return (
      this.free.pop() ?? {
        rgb: Buffer.allocUnsafeSlow(width * height * 3),
        jpeg: jpegSpace(this.size),
      }
    );
  }

  release(space: FrameSpace): void {
    this.free.push(space);
  }
}
