import { access, mkdir, rm } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { isMissing } from '#errors';
import { mapOrdered } from '#flow';
import { JobNotFoundError, JobRepository, type Job } from '#jobs';
import { linkOrCopy } from '#media';
import type { StageContext, StageOutcome } from '#stage';
import { FramesMissingError, Workspace, frameName, type Artifact } from '#workspace';

/** Concurrent links: enough to hide the latency of a network file system. */
const CONCURRENCY = 16;

/** Files that every decoded job has, besides its frames. */
const FILES = ['timeline.json', 'thumbnail.jpg'] as const;

/** Takes the frames of a job that another one runs again. */
@Injectable()
export class SharedFrames {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
  ) {}

  /**
   * Links everything that the first stage would make from the job's origin.
   * @param frameFiles whether frames are stored
   * @returns undefined if the origin is gone or incomplete: the source must be decoded
   */
  async link(
    { job, attempt, signal, progress }: StageContext,
    frameFiles: boolean,
  ): Promise<StageOutcome | undefined> {
    const origin = await this.decodedOrigin(job);
    if (!origin) return undefined;
    // Jobs of earlier versions do not say it: their frames are stored, and their timelines lack the track to decode.
    if (frameFiles ? origin.frameFiles === false : origin.frameFiles === undefined) return undefined;
    const { id: from, video, warnings } = origin;
    const share = (artifact: Artifact, ...name: string[]) =>
      linkOrCopy(this.workspace.path(from, artifact, ...name), attempt.path(artifact, ...name));
    try {
      if (frameFiles) {
        const total = await this.workspace.countFrames(from);
        if (total !== video.frames) return undefined;
        await mkdir(attempt.path('src_frame'));
        const numbers = Array.from({ length: total }, (_, n) => n);
        const linkFrame = async (n: number) => {
          await share('src_frame', frameName(n));
          return n + 1;
        };
        for await (const done of mapOrdered(numbers, CONCURRENCY, linkFrame, signal)) progress(done, total);
      }
      for (const file of FILES) await share(file);
      const sound = await access(this.workspace.path(from, 'sound.flac')).then(
        () => ['sound.flac' as const],
        () => [],
      );
      for (const file of sound) await share(file);
      const frames = frameFiles ? ['src_frame' as const] : [];
      return { artifacts: [...frames, ...FILES, ...sound], video, frameFiles, warnings };
    } catch (error) {
      if (!isMissing(error) && !(error instanceof FramesMissingError)) throw error;
      // The origin was deleted meanwhile. Decoding must not write through the links made so far.
      for (const name of ['src_frame', ...FILES])
        await rm(attempt.path(name), { recursive: true, force: true });
      return undefined;
    }
  }

  private async decodedOrigin({ origin }: Job) {
    if (origin === undefined) return undefined;
    try {
      const { video, frameFiles, warnings = [] } = await this.jobs.get(origin);
      return video?.sourceFrames === undefined ? undefined : { id: origin, video, frameFiles, warnings };
    } catch (error) {
      if (error instanceof JobNotFoundError) return undefined;
      throw error;
    }
  }
}
