import { access } from 'node:fs/promises';
import { ConflictException, Injectable } from '@nestjs/common';
import { JobRepository, RESTARTABLE, WrongStatusError, stageOf, type Job, type StageName } from '#jobs';
import { FramesMissingError, SourceMissingError, Workspace } from '#workspace';

/** Retries failed and cancelled jobs. */
@Injectable()
export class RestartService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
  ) {}

  /**
   * Restarts a job at the stage where it ended and keeps the results of earlier stages. If those are missing from the
   * volume, restarts at the last stage whose input exists.
   * @throws JobNotFoundError, WrongStatusError, ConflictException if the source is missing
   */
  async restart(id: string): Promise<Job> {
    const job = await this.jobs.get(id);
    if (!RESTARTABLE.includes(job.STATUS)) throw new WrongStatusError(id, job.STATUS, 'retried');
    return this.jobs.restart(id, await this.whereToStart(job));
  }

  private async whereToStart(job: Job): Promise<StageName> {
    const id = job._id.toHexString();
    await this.checkSource(id); // the last stage needs its sound
    const ended = stageOf(job.STATUS) ?? job.error?.stage ?? 'preprocess';
    if (ended === 'preprocess') return ended;
    const frames = job.frameFiles === false ? await this.timelineFrames(id, job) : await this.countFrames(id);
    if (frames === 0 || (job.video && job.video.frames !== frames)) return 'preprocess';
    return ended === 'postprocess' && (await this.workspace.hasDetections(id, frames)) ? ended : 'infer';
  }

  private async checkSource(id: string): Promise<void> {
    try {
      await this.workspace.source(id);
    } catch (error) {
      throw error instanceof SourceMissingError ? new ConflictException(error.message) : error;
    }
  }

  /** For a job whose frames are decoded from the source. @returns 0 if the timeline is missing */
  private async timelineFrames(id: string, { video }: Job): Promise<number> {
    const timeline = this.workspace.path(id, 'timeline.json');
    return access(timeline).then(
      () => video?.frames ?? 0,
      () => 0,
    );
  }

  /** @returns 0 if frames are missing */
  private async countFrames(id: string): Promise<number> {
    try {
      return await this.workspace.countFrames(id);
    } catch (error) {
      if (error instanceof FramesMissingError) return 0;
      throw error;
    }
  }
}
