import { readFile } from 'node:fs/promises';
import { FrameBuffers, decodeJpeg } from '#annotation';
import { mapOrdered } from '#flow';
import type { Job, JobVideo } from '#jobs';
import {
  readTimeline,
  sourceFrames,
  type MediaLimits,
  type PixelFrame,
  type SourceFramesOptions,
  type Timeline,
  type VideoTrack,
} from '#media';
import { FramesMissingError, frameName, type Workspace } from '#workspace';

/** Limits on decoding. */
export type FrameLimits = Pick<MediaLimits, 'VIDEO_MAX_PIXELS' | 'FFMPEG_MEMORY_MB'>;

/** For records without a frame rate: neither detections nor drawings depend on it. */
const DEFAULT_RATE = { num: 25, den: 1 };

/**
 * The source frames of a job, upright and in SDR colours: stored as JPEGs or, for jobs without frame files
 * (ARTIFACTS=lean), decoded from the source.
 */
export class JobFrames {
  private constructor(
    private readonly workspace: Workspace,
    private readonly id: string,
    private readonly video: JobVideo | undefined,
    /** Whether the frames are stored. */
    readonly stored: boolean,
    readonly timeline: Timeline,
    private readonly track: VideoTrack | undefined,
    private readonly limits: FrameLimits,
  ) {}

  /** @throws FramesMissingError, the file system's error, ZodError if the timeline is damaged */
  static async open(
    workspace: Workspace,
    { _id, video, frameFiles: stored = true }: Pick<Job, '_id' | 'video' | 'frameFiles'>,
    limits: FrameLimits,
  ): Promise<JobFrames> {
    const id = _id.toHexString();
    const file = workspace.path(id, 'timeline.json');
    const total = stored ? await workspace.countFrames(id) : undefined;
    const found = await readTimeline(file, video?.frameRate ?? DEFAULT_RATE, total);
    if (!found) throw new FramesMissingError('timeline.json');
    const { timeline, track } = found;
    if (total !== undefined && timeline.frames !== total) {
      throw new FramesMissingError(Math.min(timeline.frames, total));
    }
    return new JobFrames(workspace, id, video, stored, timeline, track, limits);
  }

  /** Size of the frames, in pixels. */
  get size(): { readonly width: number; readonly height: number } {
    return this.known();
  }

  /** The JPEG of an output frame, if frames are stored. */
  file(n: number): string {
    return this.workspace.path(this.id, 'src_frame', frameName(n));
  }

  /**
   * The pixels of source frames, in order. Stored frames come at their own size, and all of them.
   * @throws MediaError, AnnotationError, SourceMissingError, the reason of `signal` when aborted
   */
  async *pixels(
    options: Omit<SourceFramesOptions, 'sourceFrames' | 'limits' | 'track'>,
  ): AsyncGenerator<PixelFrame, void, undefined> {
    const { workspace, id, limits, timeline, track } = this;
    const video = this.known();
    if (this.stored) {
      yield* this.decodeStored(video, options.threads, options.signal);
      return;
    }
    if (!track) throw new FramesMissingError('timeline.json'); // written before stages decoded the source
    const source = await workspace.source(id);
    const { sourceFrames: total } = timeline;
    yield* sourceFrames(source, video, { ...options, track, sourceFrames: total, limits });
  }

  private known(): JobVideo {
    if (!this.video) throw new Error(`job ${this.id} has no properties of its video`);
    return this.video;
  }

  private async *decodeStored(
    video: JobVideo,
    concurrency: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<PixelFrame, void, undefined> {
    const buffers = new FrameBuffers(video);
    const decode = async ({ first }: { readonly first: number }, index: number): Promise<PixelFrame> => {
      const space = buffers.take();
      await decodeJpeg(await readFile(this.file(first)), space.rgb);
      const release = () => {
        buffers.release(space);
      };
      return { index, rgb: space.rgb, release };
    };
    yield* mapOrdered(this.timeline.spans(), concurrency, decode, signal);
  }
}
