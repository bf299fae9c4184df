import { SAMP_420, bufferSize } from '@julusian/jpeg-turbo';

/** Room for one picture's pixels and for the JPEG they become. */
export interface FrameSpace {
  readonly rgb: Buffer;
  readonly jpeg: Buffer;
}

/**
 * Memory for pictures of one size, used again and again. Allocated anew for each frame, these megabytes outside V8's
 * heap would make it collect all of its garbage every few dozen frames, which costs as much CPU as the drawing.
 */
export class FrameBuffers {
  private readonly free: FrameSpace[] = [];

  /** @param size largest picture, in pixels */
  constructor(private readonly size: { readonly width: number; readonly height: number }) {}

  take(): FrameSpace {
    const { width, height } = this.size;
    return (
      this.free.pop() ?? {
        rgb: Buffer.allocUnsafeSlow(width * height * 3),
        jpeg: Buffer.allocUnsafeSlow(bufferSize({ width, height, subsampling: SAMP_420 })),
      }
    );
  }

  give(space: FrameSpace): void {
    this.free.push(space);
  }
}
