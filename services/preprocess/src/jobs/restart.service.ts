import { ConflictException, Injectable } from '@nestjs/common';
import { JobRepository, RESTARTABLE, WrongStatusError, stageOf, type Job, type StageName } from '#jobs';
import { FramesMissingError, SourceMissingError, Workspace } from '#workspace';

/** Lets a job that failed or was cancelled start again. */
@Injectable()
export class RestartService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
  ) {}

  /**
   * Starts again at the stage where the job ended, and keeps what the stages before it made; where that is no longer
   * on the volume, at the last stage before whose input is.
   * @throws JobNotFoundError, WrongStatusError, ConflictException when not even the upload is there
   */
  async restart(id: string): Promise<Job> {
    const job = await this.jobs.get(id);
    if (!RESTARTABLE.includes(job.STATUS)) throw new WrongStatusError(id, job.STATUS, 'retried');
    return this.jobs.restart(id, await this.whereToStart(job));
  }

  private async whereToStart(job: Job): Promise<StageName> {
    const id = job._id.toHexString();
    await this.checkSource(id); // the last stage needs it, too, for its sound
    const ended = stageOf(job.STATUS) ?? job.error?.stage ?? 'preprocess';
    if (ended === 'preprocess') return ended;
    const frames = await this.countFrames(id);
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

  /** 0 where they are not all there. */
  private async countFrames(id: string): Promise<number> {
    try {
      return await this.workspace.countFrames(id);
    } catch (error) {
      if (error instanceof FramesMissingError) return 0;
      throw error;
    }
  }
}
