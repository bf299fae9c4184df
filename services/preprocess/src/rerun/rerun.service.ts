import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { JobRepository, LayoutPresets, WrongStatusError, isFinal, layoutOf, newJobId, type Job } from '#jobs';
import { linkOrCopy } from '#media';
import { CONFIG } from '#platform';
import { SourceMissingError, Workspace } from '#workspace';
import type { IntakeSettings } from '../intake/intake.service';
import { readChoices, type Fields } from '../intake/job-options';
import { Catalogue } from '../models/catalogue';
import { Callbacks } from '../webhooks/callbacks';

/** Runs the video of an ended job again with other options, as a new job that shares its files. */
@Injectable()
export class RerunService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
    private readonly catalogue: Catalogue,
    private readonly callbacks: Callbacks,
    private readonly presets: LayoutPresets,
    @Inject(CONFIG) private readonly settings: IntakeSettings,
  ) {}

  /**
   * The new job has its own link to the uploaded file, so that either job can be deleted. Its first stage takes the
   * frames of the other job instead of decoding them (`frames/shared-frames.ts`).
   * @param fields the options that differ; missing ones are those of the job, empty ones the defaults
   * @throws JobNotFoundError, BadRequestException; WrongStatusError unless the job has ended; ConflictException if its
   *         source is missing
   */
  async rerun(id: string, fields: Fields): Promise<Job> {
    const start = performance.now();
    const origin = await this.jobs.get(id);
    if (!isFinal(origin.STATUS)) throw new WrongStatusError(id, origin.STATUS, 'run again');
    if (!origin.video)
      throw new ConflictException(`Job ${id} was created by another program: upload the video again.`);
    const { catalogue, callbacks, presets } = this;
    const choices = await readChoices(
      { ...sameModelOptions(origin, fields), ...fields },
      { catalogue, callbacks, presets },
      this.settings.SCORE_THRESHOLD,
    );
    const copy = newJobId();
    await this.shareSource(id, copy, origin.FILENAME);
    return this.jobs.enqueue(copy, {
      ...choices,
      filename: origin.FILENAME,
      video: origin.video,
      origin: id,
      elapsedMs: Math.round(performance.now() - start),
    });
  }

  private async shareSource(from: string, to: string, filename: string): Promise<void> {
    await this.workspace.checkSpace();
    const arrival = await this.workspace.receive(filename);
    try {
      await linkOrCopy(await this.workspace.source(from), arrival.path);
      await this.workspace.admit(to, arrival);
    } catch (error) {
      await this.workspace.discard(arrival.folder);
      throw error instanceof SourceMissingError ? new ConflictException(error.message) : error;
    }
  }
}

/** The options of a job as fields. Another model has its own classes and its own default score. */
function sameModelOptions(job: Job, { model, tracking: wanted }: Fields): Fields {
  const { options } = job;
  const layout = wanted === 'off' ? undefined : layoutOf(job); // lines and zones need tracks
  if (!options) return { layout };
  const { frameStep, tracking, trackBuffer, minLength, ...ofModel } = options;
  const independent = { frameStep, tracking, trackBuffer, minLength, layout };
  if (model !== undefined && model !== options.model) return independent;
  return { ...ofModel, ...independent, classes: [...options.classes] };
}
