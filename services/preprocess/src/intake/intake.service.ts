import { basename } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { JobRepository, isDuplicate, newJobId, type Job, type JobSubmission } from '#jobs';
import { probe, type VideoFacts } from '#media';
import { CONFIG } from '#service';
import { Workspace } from '#workspace';
import { Catalogue } from '../models/catalogue';
import { readChoices, type Choices, type Fields } from './job-options';
import { Callbacks } from '../webhooks/callbacks';
import type { Limits } from './limits';
import type { ReceivedFile } from './volume-storage';

/** What decides whether a file becomes a job, by the names of the settings. */
export interface IntakeSettings extends Limits {
  /** Score threshold of jobs that choose none; undefined for that of their model. */
  readonly SCORE_THRESHOLD?: number | undefined;
}

/** Turns an arrived file into a job, or refuses it and leaves nothing behind. */
@Injectable()
export class IntakeService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
    private readonly catalogue: Catalogue,
    private readonly callbacks: Callbacks,
    @Inject(CONFIG) private readonly settings: IntakeSettings,
  ) {}

  /**
   * The file is looked at, not decoded: what is no video is refused at once, the frames are the worker's business.
   * The folder is in place before the record is, so that no worker finds a job without its file.
   * @param fields what was chosen for the job
   * @param submission the request, where its sender named it
   * @throws MediaError when the file is no video, BadRequestException when a choice cannot be met
   */
  async submit(file: ReceivedFile, fields: Fields, submission?: JobSubmission): Promise<Job> {
    const id = newJobId();
    let video: VideoFacts;
    let choices: Choices;
    try {
      choices = await readChoices(fields, this.catalogue, this.callbacks, this.settings.SCORE_THRESHOLD);
      video = await probe(file.path, { limits: this.settings });
      await this.workspace.admit(id, file);
    } catch (error) {
      await this.workspace.discard(file.folder);
      throw error;
    }
    try {
      return await this.jobs.enqueue(id, {
        filename: basename(file.path),
        video,
        ...choices,
        elapsedMs: Math.round(performance.now() - file.arrivedAt),
        ...(submission && { submission }),
      });
    } catch (error) {
      // Any other error may be a lost answer to an insert that was made; a folder without a record is swept later.
      if (isDuplicate(error)) await this.workspace.remove(id);
      throw error;
    }
  }
}
