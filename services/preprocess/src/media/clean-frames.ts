import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { PreprocessConfig } from '#config';
import type { Job } from '#jobs';
import { readSourceFrame, readTimeline } from '#media';
import { CONFIG } from '#platform';
import { Workspace } from '#workspace';

/** The query parameter `boxes`: whether a frame has boxes. */
export const boxesSwitch = z.enum(['0', '1'], 'boxes: expected 0 or 1').default('1');

/** Frames decoded at the same time: each decodes its video up to the frame. */
const AT_ONCE = 2;

/** Frames without boxes of jobs that store no frames. */
@Injectable()
export class CleanFrames {
  private readonly decoding = pLimit(AT_ONCE);

  constructor(
    private readonly workspace: Workspace,
    @Inject(CONFIG) private readonly config: PreprocessConfig,
  ) {}

  /**
   * Decodes the source frame that output frame `n` shows into a JPEG.
   * @throws NotFoundException, MediaError, SourceMissingError; the reason of `signal` when aborted
   */
  read(job: Job, n: number, signal: AbortSignal): Promise<Buffer> {
    return this.decoding(() => this.decode(job, n, signal));
  }

  private async decode({ _id, video }: Job, n: number, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted(); // the client may have left while others were decoded
    const id = _id.toHexString();
    const found =
      video && (await readTimeline(this.workspace.path(id, 'timeline.json'), video.frameRate, undefined));
    if (!video || !found?.track || n >= found.timeline.frames) {
      throw new NotFoundException(`The frame ${n} of job ${id} does not exist.`);
    }
    const { timeline, track } = found;
    return readSourceFrame(await this.workspace.source(id), video, {
      ...{ track, sourceFrames: timeline.sourceFrames, from: timeline.sourceFrameAt(n), signal },
      ...{ threads: 1, limits: this.config, quality: this.config.JPEG_QUALITY },
    });
  }
}
