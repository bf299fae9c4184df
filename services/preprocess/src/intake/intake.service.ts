import { basename } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { JobRepository, LayoutPresets, isDuplicate, newJobId, type Job, type JobSubmission } from '#jobs';
import { probe, type VideoFacts } from '#media';
import { CONFIG } from '#platform';
import { Workspace } from '#workspace';
import { Catalogue } from '../models/catalogue';
import { readChoices, type Choices, type Fields } from './job-options';
import { Callbacks } from '../webhooks/callbacks';
import type { Limits } from './limits';
import type { ReceivedFile } from './volume-storage';

/** Settings that decide whether a file becomes a job. */
export interface IntakeSettings extends Limits {
  /** Default score threshold; undefined uses the default of the model. */
  readonly SCORE_THRESHOLD?: number | undefined;
}

/** Turns a received file into a job, or refuses it and removes it. */
@Injectable()
export class IntakeService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
    private readonly catalogue: Catalogue,
    private readonly callbacks: Callbacks,
    private readonly presets: LayoutPresets,
    @Inject(CONFIG) private readonly settings: IntakeSettings,
  ) {}

  /**
   * Probes the file without decoding it: rejects files that are not videos immediately, and leaves decoding to the
   * worker. Creates the folder before the record, so that no worker finds a job without its file.
   * @param fields the options of the job
   * @param submission identifies the request, if the client sent an Idempotency-Key
   * @throws MediaError if the file is not a video, BadRequestException if an option is invalid
   */
  async submit(file: ReceivedFile, fields: Fields, submission?: JobSubmission): Promise<Job> {
    const id = newJobId();
    const { catalogue, callbacks, presets } = this;
    const known = { catalogue, callbacks, presets };
    let video: VideoFacts;
    let choices: Choices;
    try {
      choices = await readChoices(fields, known, this.settings.SCORE_THRESHOLD);
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
      // After any other error the record may exist; the sweep removes folders without one later.
      if (isDuplicate(error)) await this.workspace.remove(id);
      throw error;
    }
  }
}
